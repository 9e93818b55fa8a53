using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Who has what on a node, as kubelet and the API server tell it.</summary>
/// <param name="Uses">Who has which slice.</param>
/// <param name="Foreign">UUIDs of GPUs and MIG instances that containers have through another plugin: in use, and not ours to give away.</param>
internal sealed record SliceBook(IReadOnlyDictionary<SlicePlace, SliceUse> Uses, IReadOnlySet<string> Foreign)
{
    /// <summary>Nobody has anything.</summary>
    public static SliceBook Empty { get; } = new(new Dictionary<SlicePlace, SliceUse>(), new HashSet<string>());
}
