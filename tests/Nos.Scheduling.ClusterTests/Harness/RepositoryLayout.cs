namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Where the programs under test lie, seen from the test assembly: built by the same build, never linked.</summary>
public static class RepositoryLayout
{
    /// <summary>The folder that holds <c>Nos.Scheduling.sln</c>.</summary>
    /// <exception cref="InvalidOperationException">The test assembly was moved out of the repository.</exception>
    public static string Root { get; } = FindRoot();

    /// <summary><c>Debug</c> or <c>Release</c>: the configuration that this test assembly was built in.</summary>
    public static string Configuration { get; } =
        Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;

    /// <summary>The <c>dotnet</c> that runs this process, whether or not one is on the PATH.</summary>
    public static string DotnetHost { get; } =
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

    /// <summary>The built assembly of a project below <c>src/</c>, of the same configuration as the tests.</summary>
    /// <param name="project">The project's folder, such as <c>Nos.Scheduling.Server</c>.</param>
    /// <param name="assembly">The assembly's name where it is not the project's.</param>
    /// <exception cref="FileNotFoundException">The project was not built.</exception>
    public static string Assembly(string project, string? assembly = null)
    {
        var path = Path.Combine(Root, "src", project, "bin", Configuration, "net10.0", (assembly ?? project) + ".dll");
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: build it first (bash tests/run.sh --prepare, or dotnet build -c {Configuration}).");
    }

    private static string FindRoot()
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
