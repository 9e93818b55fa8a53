namespace Nos.Scheduling.Tests.Cluster.Observing;

/// <summary>A test that needs promtool (Debian's package prometheus); where it is missing the test is reported as skipped, with this reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Skip = folders.Any(folder => File.Exists(Path.Combine(folder, "promtool"))) ? null : "promtool is not installed (Debian's package prometheus has it)";
    }
}
