using System.Globalization;

namespace Nos.Scheduling.Cluster.State;

/// <summary>One entry of <c>nos.nebuly.com/slices</c>: <c>main=0/1g.10gb@3</c> or <c>main=0/10gb#1</c>.</summary>
/// <param name="Container">The container.</param>
/// <param name="Gpu">The GPU's index.</param>
/// <param name="Shape">As written: the profile with <c>.</c> for <c>+</c>, or the size, <c>10gb</c>.</param>
/// <param name="Start">The first memory slice, or the share's number.</param>
/// <param name="IsMig">Whether it is a MIG instance.</param>
public readonly record struct PromisedSlice(string Container, int Gpu, string Shape, int Start, bool IsMig)
{
    /// <summary>The slice's id, <c>0-1g.10gb-3</c>.</summary>
    public string Id => $"{Gpu}-{Shape}-{Start}";

    /// <summary>Reads the annotation. Nothing at all where any entry cannot be read: half a promise is no promise.</summary>
    public static IReadOnlyList<PromisedSlice> ReadAll(string? annotation)
    {
        if (string.IsNullOrEmpty(annotation))
        {
            return [];
        }

        // Kept for every pod of the cluster: an array of the right length, not a list with room to grow.
        var entries = annotation.Split(',');
        var promised = new PromisedSlice[entries.Length];
        for (var index = 0; index < entries.Length; index++)
        {
            if (Read(entries[index]) is not { } slice)
            {
                return [];
            }

            promised[index] = slice;
        }

        return promised;
    }

    /// <summary>The entry as it is written.</summary>
    public override string ToString() => $"{Container}={Gpu}/{Shape}{(IsMig ? '@' : '#')}{Start}";

    private static PromisedSlice? Read(string entry)
    {
        var container = entry.IndexOf('=');
        var gpu = entry.IndexOf('/', container + 1);
        var start = entry.AsSpan().LastIndexOfAny('@', '#');
        return container > 0 && gpu > container && start > gpu + 1
            && int.TryParse(entry.AsSpan(container + 1, gpu - container - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && int.TryParse(entry.AsSpan(start + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new PromisedSlice(entry[..container], index, entry[(gpu + 1)..start], number, entry[start] == '@')
            : null;
    }
}
