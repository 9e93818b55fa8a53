namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Where <c>tests/run.sh</c> keeps what it provides.</summary>
internal static class UserCache
{
    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    public static string Folder(Func<string, string?> variable)
    {
        // UserProfile asks the password database where HOME is unset; run.sh does the same.
        var cache = variable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(cache, "nos-scheduling");
    }
}
