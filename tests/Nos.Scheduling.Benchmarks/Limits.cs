using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Benchmarks;

/// <summary>limits.json: per figure the goal, what was measured, and where that comes from.</summary>
internal static class Limits
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints the figures and, where asked, enters them with date, commit and machine; the goal that stands there stays.</summary>
    internal static void Show(string name, JsonObject figures, bool record)
    {
        Console.WriteLine($"{name}: {figures.ToJsonString()}");
        if (!record)
        {
            return;
        }

        var file = Path.Combine(Root(), "tests", "Nos.Scheduling.Benchmarks", "limits.json");
        var limits = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        var entry = limits[name] as JsonObject ?? [];
        entry["measured"] = figures;
        entry["provenance"] = new JsonObject
        {
            ["date"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd"),
            ["commit"] = Git("rev-parse", "--short", "HEAD"),
            ["machine"] = $"{Environment.ProcessorCount} cores, {Cpu()}, .NET {Environment.Version}",
            ["command"] = $"dotnet run -c Release --project tests/Nos.Scheduling.Benchmarks -- {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}",
        };
        limits[name] = entry;
        File.WriteAllText(file, limits.ToJsonString(Indented) + "\n");
    }

    private static string Cpu() => File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown CPU";

    private static string Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = Root() })!;
        return git.StandardOutput.ReadToEnd().Trim();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Nos.Scheduling.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
