using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Keeps the slices' CDI specifications, one file a slice, where runtimes look for them.</summary>
/// <param name="folder">Usually <c>/var/run/cdi</c>; made where it is missing.</param>
/// <param name="nodesOf">A slice's device files; empty where NVIDIA's runtime finds them by itself.</param>
internal sealed class CdiFolder(string folder, Func<SliceDevice, IReadOnlyList<string>> nodesOf)
{
    private const string Prefix = "nos.nebuly.com-slice_";

    /// <summary>Writes the slice down where that has not been done; a runtime that reads meanwhile sees the old or the new.</summary>
    /// <exception cref="GpuDriverException">It cannot be written, so no container could have the slice.</exception>
    public void Write(SliceDevice device)
    {
        var text = CdiSpec.Of(device, nodesOf(device)).ToJsonString();
        var draft = PathOf(device.Id) + ".new";
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(PathOf(device.Id)) && File.ReadAllText(PathOf(device.Id)) == text)
            {
                return;
            }

            File.WriteAllText(draft, text);
            File.Move(draft, PathOf(device.Id), overwrite: true);
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new GpuDriverException($"The CDI specification of {device.Id} cannot be written: {unwritten.Message}");
        }
    }

    /// <summary>Removes the files of all slices but these: of those that were destroyed, and of those that a reboot took.</summary>
    public void Keep(IReadOnlySet<string> ids)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(folder, Prefix + "*"))
        {
            if (!ids.Contains(Path.GetFileNameWithoutExtension(file)[Prefix.Length..]))
            {
                File.Delete(file);
            }
        }
    }

    private string PathOf(string id) => Path.Combine(folder, $"{Prefix}{id}.json");
}
