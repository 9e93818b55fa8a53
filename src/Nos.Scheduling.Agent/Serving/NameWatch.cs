using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>
/// Notices that another plugin serves the names of our slices: for a minute the node has had more devices of a name than this agent offers. No longer than
/// that does kubelet take to show what we changed ourselves (nodeStatusUpdateFrequency, 10 s by default), or that an agent before us is gone.
/// </summary>
/// <remarks>
/// A second socket in kubelet's folder would prove nothing: plugins that were killed leave theirs behind. Not thread-safe.
/// </remarks>
/// <param name="offered">How many devices of each name this agent offers now; none of those that it does not tell.</param>
/// <param name="time">The clock.</param>
internal sealed class NameWatch(Func<IReadOnlyDictionary<string, int>> offered, TimeProvider time)
{
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, DateTimeOffset> since = new(StringComparer.Ordinal);

    /// <summary>Looks at the node as its object shows it now.</summary>
    /// <returns>Whose devices those are, and what to do; <see langword="null"/> while they may be ours. A kubelet that is not Ready shows what was once.</returns>
    public NodeTrouble? See(NodeDocument? node)
    {
        var isFresh = node?.Status.Conditions is not { } conditions || Array.TrueForAll(conditions, condition => condition is not { Type: "Ready", Status: not "True" });
        var (ours, now) = (offered(), time.GetUtcNow());
        var excess = (isFresh ? node?.Status.Allocatable : null)?
            .Where(resource => IsOurName(resource.Key) && resource.Value.Value > ours.GetValueOrDefault(resource.Key))
            .Select(resource => resource.Key)
            .ToHashSet(StringComparer.Ordinal) ?? [];
        foreach (var gone in since.Keys.Where(name => !excess.Contains(name)).ToList())
        {
            since.Remove(gone);
        }

        foreach (var name in excess)
        {
            since.TryAdd(name, now);
        }

        return since.Where(name => now - name.Value >= Settling).Select(name => name.Key).Order(StringComparer.Ordinal).FirstOrDefault() is { } foreign
            ? new NodeTrouble(
                nameof(Misfit.ForeignDevicePlugin),
                $"Another device plugin serves {foreign} on this node: kubelet has more of it than this agent offers. Keep it off this node, or take the label {NosKeys.GpuPartitioning} off.")
            : null;
    }

    /// <summary>MIG instances and MPS shares; NVIDIA's own whole GPUs are looked for elsewhere.</summary>
    private static bool IsOurName(string resource) => SliceResource.TryParse(resource, out _);
}
