namespace Nos.Scheduling.Tests.Architecture;

/// <summary>The repository that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    internal static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    /// <summary>The C# files below a folder, without what builds leave behind.</summary>
    internal static IEnumerable<string> Sources(params string[] path) => Directory
        .EnumerateFiles(Path.Combine([Root, .. path]), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Nos.Scheduling.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Nos.Scheduling.sln above {AppContext.BaseDirectory}.");
    }
}
