using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Keeps the slices' CDI specifications, one file a slice, where runtimes look for them.</summary>
/// <param name="folder">Usually <c>/var/run/cdi</c>; made where it is missing.</param>
/// <param name="nodesOf">A slice's device files; empty where NVIDIA's runtime finds them by itself.</param>
internal sealed class CdiFolder(string folder, Func<SliceDevice, IReadOnlyList<string>> nodesOf)
{
    /// <summary>Where every runtime looks: the directory for what is made at run time, of the specification's two.</summary>
    public const string Usual = "/var/run/cdi";

    private const string Prefix = "nos.nebuly.com-slice_";

    /// <summary>Writes the slice down where that has not been done; a runtime that reads meanwhile sees the old or the new.</summary>
    /// <exception cref="GpuDriverException">It cannot be written, so no container could have the slice.</exception>
    public void Write(SliceDevice device)
    {
        var text = CdiSpec.Of(device, nodesOf(device)).ToJsonString();
        var draft = PathOf(device.Place) + ".new";
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(PathOf(device.Place)) && File.ReadAllText(PathOf(device.Place)) == text)
            {
                return;
            }

            File.WriteAllText(draft, text);
            File.Move(draft, PathOf(device.Place), overwrite: true);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new GpuDriverException($"The CDI specification of {device.Id} cannot be written: {unwritten.Message}");
        }
    }

    /// <summary>Removes the file of a slice that is gone.</summary>
    public void Remove(SlicePlace place)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(PathOf(place));
        }
    }

    /// <summary>Removes the files of all slices but these: of those that went while no agent ran. Not to be called while slices are made.</summary>
    public void Keep(IReadOnlySet<SlicePlace> places)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        var kept = places.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            if (!kept.Contains(file))
            {
                File.Delete(file);
            }
        }
    }

    private string PathOf(SlicePlace place) => Path.Combine(folder, $"{Prefix}{place.Id}.json");
}
