using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.Tests.Cli;

namespace Nos.Scheduling.Tests.Manifests;

/// <summary>The files of the repository that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>Nos.Scheduling.sln</c>.</summary>
    internal static string Root { get; } = Find();

    internal static string FullPath(string path) => Path.Combine(Root, path);

    internal static string Text(string path) => File.ReadAllText(FullPath(path));

    /// <summary>Every object of the YAML files right in that folder, but for kustomizations.</summary>
    internal static IReadOnlyList<JsonObject> Objects(string folder) =>
        [.. Directory.GetFiles(FullPath(folder), "*.yaml").Where(file => Path.GetFileName(file) != "kustomization.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => YamlReading.Documents(File.ReadAllText(file)))];

    /// <summary>Runs a bash script of the repository to its end; the environment is set on top of the inherited one.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> Run(
        string script, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/bash", [FullPath(script), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

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
