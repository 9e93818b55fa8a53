using System.Globalization;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What <c>/proc</c> tells of processes that are not children of this one.</summary>
internal static class ProcessTree
{
    /// <summary>The processes that a process has started and that still run.</summary>
    public static IEnumerable<(int Id, string Name)> Children(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Status(folder) is var status && status.GetValueOrDefault("PPid") == $"{parent}")
            {
                yield return (id, status["Name"]);
            }
        }
    }

    private static Dictionary<string, string> Status(string folder)
    {
        try
        {
            return File.ReadLines(Path.Combine(folder, "status")).Select(line => line.Split(':', 2)).ToDictionary(line => line[0], line => line[1].Trim());
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
