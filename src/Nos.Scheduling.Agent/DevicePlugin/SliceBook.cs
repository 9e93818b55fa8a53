using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Who has what on a node, as kubelet and the API server tell it.</summary>
/// <param name="Uses">Who has which slice.</param>
/// <param name="Foreign">UUIDs of GPUs and MIG instances that containers have through another plugin: in use, and not ours to give away.</param>
internal sealed record SliceBook(IReadOnlyDictionary<SlicePlace, SliceUse> Uses, IReadOnlySet<string> Foreign)
{
    /// <summary>Which pod has what is foreign, as <c>namespace/name</c>: it has that until it is gone, whether kubelet names it or not.</summary>
    public IReadOnlyDictionary<string, string> ForeignHolders { get; init; } = new Dictionary<string, string>();

    /// <summary>Nobody has anything.</summary>
    public static SliceBook Empty { get; } = new(new Dictionary<SlicePlace, SliceUse>(), new HashSet<string>());
}
