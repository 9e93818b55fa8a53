using System.Globalization;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>What Linux tells of a process in files; <see langword="null"/> where there are none.</summary>
internal static class ProcessFiles
{
    private const string Folder = "/proc/self";

    /// <summary>Unit: bytes, of a line of <c>status</c> that ends in kB.</summary>
    /// <param name="key">With its colon: <c>RssAnon:</c>.</param>
    internal static double? StatusBytes(string key) =>
        Field("status", key)?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, "kB"] ? Number(number) * 1024 : null;

    /// <summary>How many files, sockets and the like are open; the folder that is being read is one of them.</summary>
    internal static double? OpenFiles() => Directory.Exists($"{Folder}/fd") ? Directory.EnumerateFileSystemEntries($"{Folder}/fd").Count() : null;

    /// <summary>How many may be open: the soft limit.</summary>
    internal static double? MostFiles() =>
        Field("limits", "Max open files")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..] ? Number(soft) : null;

    private static double? Number(string text) => text == "unlimited" ? double.PositiveInfinity
        : double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Field(string file, string key) => !File.Exists($"{Folder}/{file}") ? null
        : File.ReadLines($"{Folder}/{file}").FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?[key.Length..].Replace('\t', ' ');
}
