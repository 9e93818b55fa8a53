using System.Globalization;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A temporary directory of this process. It is removed on dispose unless <c>NOS_TEST_KEEP</c> is set; what a killed test host
/// left behind is removed by the next one.
/// </summary>
public sealed class ScratchDirectory : IDisposable
{
    private const string Prefix = "nos-tests-";

    public ScratchDirectory()
    {
        SweepLeftovers();
        Path = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
    }

    /// <summary>Absolute; readable by this user only.</summary>
    public string Path { get; }

    public string File(params string[] parts)
    {
        var path = System.IO.Path.Combine([Path, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    public void Dispose()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOS_TEST_KEEP")))
        {
            Remove(Path);
        }
    }

    private static void SweepLeftovers()
    {
        foreach (var folder in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
            var kept = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NOS_TEST_KEEP"));
            if (!kept && int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && !Directory.Exists($"/proc/{pid}"))
            {
                Remove(folder);
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // Another user's, or a dying child still writes: the next run sweeps it.
        }
    }
}
