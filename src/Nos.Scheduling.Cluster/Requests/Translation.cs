using Nos.Scheduling.Choosing;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>The wishes of a pod's containers and what was chosen for them.</summary>
/// <param name="Wishes">The containers that wish, in the pod's order.</param>
/// <param name="Choice">The slices, in the same order; <see langword="null"/> where nobody wishes.</param>
internal sealed record Translation(IReadOnlyList<(AskingContainer Container, ContainerAsk.Wish Ask)> Wishes, SliceChoice? Choice)
{
    /// <summary>Chooses for all wishes of one pod; slices that it names beside them decide the mode.</summary>
    internal static Translation Of(IReadOnlyList<AskingContainer> asks, Offer offer, PartitioningMode? mode)
    {
        var wishes = asks.Where(container => container.Ask is ContainerAsk.Wish).Select(container => (container, (ContainerAsk.Wish)container.Ask)).ToList();
        return new Translation(
            wishes,
            wishes.Count == 0 ? null : SliceChooser.Choose(offer, (ModesOf(asks) is [{ } named, ..] ? named : mode), [.. wishes.Select(wish => wish.Item2.Slice)]));
    }

    /// <summary>The modes of the slices that containers name, each once.</summary>
    internal static IReadOnlyList<PartitioningMode?> ModesOf(IReadOnlyList<AskingContainer> asks) => [.. asks
        .SelectMany(container => (container.Ask as ContainerAsk.Named)?.Slices ?? [])
        .Select(named => (PartitioningMode?)(named.Slice.IsMig ? PartitioningMode.Mig : PartitioningMode.Mps))
        .Distinct()];

    /// <summary>Whether those of the wishes that are recorded have led to exactly the slices that the pod has now.</summary>
    internal bool Yields(IReadOnlyList<AskingContainer> now, RequestedRecord recorded)
    {
        // Containers of one name are the API server's to refuse, later: the lookups must not mind them.
        var chosen = Slices().ToLookup(pair => pair.Container.Container.Name, pair => pair.Slice, StringComparer.Ordinal);
        var named = now
            .Where(container => container.Ask is ContainerAsk.Named { Slices: [(_, 1)] })
            .ToLookup(container => container.Container.Name, container => ((ContainerAsk.Named)container.Ask).Slices[0].Slice, StringComparer.Ordinal);
        return recorded.Containers.All(name => chosen[name].Any() && chosen[name].SequenceEqual(named[name]));
    }

    /// <summary>Each wish with its slice; none where the choice failed.</summary>
    internal IEnumerable<(AskingContainer Container, ContainerAsk.Wish Ask, SliceResource Slice)> Slices() =>
        Choice is SliceChoice.Chosen chosen ? Wishes.Zip(chosen.Slices, (wish, slice) => (wish.Container, wish.Ask, slice)) : [];
}
