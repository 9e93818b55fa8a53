using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cli.Simulation;

/// <summary>A folder for one test's files, gone after it.</summary>
internal sealed class SimulationFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("nos-simulation-").FullName;

    internal string At(string name) => Path.Combine(path, name);

    internal IEnumerable<string> Files => Directory.EnumerateFiles(path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    internal string Write(string name, params string[] lines)
    {
        using Stream file = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.Create(At(name)), CompressionLevel.Fastest) : File.Create(At(name));
        using var writer = new StreamWriter(file);
        foreach (var line in lines)
        {
            writer.WriteLine(line);
        }

        return At(name);
    }

    internal string[] Read(string name)
    {
        using Stream file = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(File.OpenRead(At(name)), CompressionMode.Decompress) : File.OpenRead(At(name));
        return new StreamReader(file).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    internal JsonNode Json(string name) => JsonNode.Parse(File.ReadAllText(At(name)))!;

    public void Dispose() => Directory.Delete(path, recursive: true);
}
