namespace Nos.Scheduling.Tests.Cluster.Observing;

/// <summary>
/// A test that needs promtool: <c>$PROMTOOL</c>, else what <c>tests/run.sh</c> put into the user's cache, else the machine's own. Where there is none (only
/// <c>run.sh --unit</c> provides none) the test is reported as skipped, with this reason.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute() => Skip = Find() is null ? "promtool is not there: bash tests/run.sh --prepare provides it" : null;

    /// <summary>The program, or <see langword="null"/> where there is none.</summary>
    internal static string? Find()
    {
        var given = Environment.GetEnvironmentVariable("PROMTOOL");
        if (!string.IsNullOrEmpty(given))
        {
            // Named and missing is a mistake that the test's failure shall tell.
            return given;
        }

        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } folder
            ? folder
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Prepend(Path.Combine(cache, "nos-scheduling", "tools", "bin"))
            .Select(place => Path.Combine(place, "promtool"))
            .FirstOrDefault(File.Exists);
    }
}
