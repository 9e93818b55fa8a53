using System.Globalization;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>The shares of a GPU on the disk, one a line, <c>10gb-1</c>: no device knows of them.</summary>
internal static class ShareFile
{
    /// <summary>What exists, by number, then size; nothing where there is no file.</summary>
    /// <exception cref="MpsException">The file cannot be read, so nobody knows what exists.</exception>
    public static IReadOnlyList<SliceShape> Read(MpsFolder gpu)
    {
        try
        {
            var lines = (WholeFile.Read(gpu.Shares) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return [.. lines.Select(line => Parse(gpu, line)).Distinct().OrderBy(share => share.Start).ThenBy(share => share.MemoryGB)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new MpsException($"The file of its shares cannot be read: {unreadable.Message}");
        }
    }

    /// <summary>These exist and no others.</summary>
    /// <exception cref="MpsException">It cannot be written; what existed exists.</exception>
    public static void Write(MpsFolder gpu, IEnumerable<SliceShape> shares)
    {
        try
        {
            WholeFile.Write(gpu.Shares, string.Concat(shares.Select(share => string.Create(CultureInfo.InvariantCulture, $"{share.MemoryGB}gb-{share.Start}\n"))));
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            throw new MpsException($"The file of its shares cannot be written: {unwritable.Message}");
        }
    }

    private static SliceShape Parse(MpsFolder gpu, string line) =>
        line.Split("gb-") is [var memory, var number]
        && int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var memoryGB) && memoryGB > 0
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var share) && share > 0
            ? SliceShape.Mps(memoryGB, share)
            : throw new MpsException($"The file of its shares, {gpu.Shares}, has a line that is none: {line.Trim()}. Correct it, or remove the file when no pod has a share of this GPU.");
}
