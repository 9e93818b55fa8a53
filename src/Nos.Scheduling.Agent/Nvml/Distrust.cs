namespace Nos.Scheduling.Agent.Nvml;

/// <summary>
/// Remembers which GPUs and instances had an XID error that no program is to blame for. Such a GPU is trusted again when it was reset, seen by that none
/// of its instances of then is there any more, or when the driver was loaded anew; an instance when it was made anew. May be called from any thread.
/// </summary>
/// <remarks>NVIDIA's plugin trusts a device again when the plugin is started anew; so does a new agent.</remarks>
internal sealed class Distrust
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (ulong Xid, HashSet<string> Instances)> gpus = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> instances = new(StringComparer.Ordinal);

    /// <summary>Takes note of an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="present">What the GPU had when it was looked at last.</param>
    /// <returns>Whether anything is trusted less than before.</returns>
    internal bool Note(XidEvent error, IReadOnlyList<MigInstance> present)
    {
        if (error.IsApplicationFault)
        {
            return false;
        }

        lock (gate)
        {
            if (error.InstanceId is not { } id)
            {
                return gpus.TryAdd(error.GpuUuid, (error.Number, Uuids(present)));
            }

            // An instance that is gone by now takes its error along.
            var isNews = false;
            foreach (var uuid in Uuids(present.Where(instance => instance.Id == id)))
            {
                isNews |= instances.TryAdd(uuid, error.Number);
            }

            return isNews;
        }
    }

    /// <summary>The driver was loaded anew: all begins again.</summary>
    internal void Forget()
    {
        lock (gate)
        {
            gpus.Clear();
            instances.Clear();
        }
    }

    /// <summary>Why the GPU is not trusted, and what helps; <see langword="null"/> where it is.</summary>
    internal string? OfGpu(string uuid, IReadOnlyList<MigInstance> present)
    {
        lock (gate)
        {
            if (gpus.TryGetValue(uuid, out var error) && error.Instances.Count > 0 && !Uuids(present).Overlaps(error.Instances))
            {
                gpus.Remove(uuid);
                return null;
            }

            return gpus.ContainsKey(uuid)
                ? $"It had XID error {error.Xid}, for which no program is to blame: reset the GPU (nvidia-smi --gpu-reset) or restart the node, and look into the kernel's log (NVRM: Xid)."
                : null;
        }
    }

    /// <summary>Why the instance is not trusted; <see langword="null"/> where it is.</summary>
    internal string? OfInstance(string uuid)
    {
        lock (gate)
        {
            return instances.TryGetValue(uuid, out var xid) ? $"It had XID error {xid}, for which no program is to blame; it is as good as new when it was made anew." : null;
        }
    }

    private static HashSet<string> Uuids(IEnumerable<MigInstance> present) =>
        present.SelectMany(instance => instance.Parts).Select(part => part.Uuid).OfType<string>().ToHashSet(StringComparer.Ordinal);
}
