using System.Collections.Immutable;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Nodes;

/// <summary>One node as decisions see it. Immutable: a change makes a new one.</summary>
/// <param name="name">Its name.</param>
/// <param name="mode">How its GPUs are shared.</param>
/// <param name="obstacle">Why nothing is offered on it; <see cref="Misfit.None"/> where slices are.</param>
/// <param name="gpus">Its GPUs, by index.</param>
/// <param name="room">What its pods left of cpu, memory and pods.</param>
public sealed class Node(string name, PartitioningMode mode, Misfit obstacle, ImmutableArray<Gpu> gpus, NodeRoom room)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>How its GPUs are shared.</summary>
    public PartitioningMode Mode { get; } = mode;

    /// <summary>Why nothing is offered on it; <see cref="Misfit.None"/> where slices are.</summary>
    public Misfit Obstacle { get; } = obstacle;

    /// <summary>Its GPUs, by index.</summary>
    public ImmutableArray<Gpu> Gpus { get; } = gpus;

    /// <summary>What its pods left of cpu, memory and pods.</summary>
    public NodeRoom Room { get; } = room;

    /// <summary>What it tells schedulers of itself.</summary>
    public NodeTraits Traits { get; init; } = NodeTraits.Of(name);

    /// <summary>What its pods left of all other resources.</summary>
    public ResourceAmounts Others { get; init; }

    /// <summary>Whether room on it is kept for a pod that others make way for: what <see cref="Room"/> and <see cref="Others"/> leave is all that anybody else may have.</summary>
    public bool IsClaimed { get; init; }

    /// <summary>What was worked out about it before.</summary>
    internal WayMemo Ways { get; } = new();

    /// <summary>In words, for people, what <see cref="Obstacle"/> is about; <see langword="null"/> where there is no more to say.</summary>
    public string? ObstacleDetail { get; init; }

    /// <summary>The GPU of that index, or <see langword="null"/>.</summary>
    public Gpu? FindGpu(int index)
    {
        foreach (var gpu in Gpus)
        {
            if (gpu.Index == index)
            {
                return gpu;
            }
        }

        return null;
    }

    /// <summary>The node with one GPU replaced.</summary>
    public Node With(Gpu changed) => With([.. Gpus.Select(gpu => gpu.Index == changed.Index ? changed : gpu)], Room, Others);

    /// <summary>The node after a pod took that much of what is no slice.</summary>
    public Node Less(NodeRoom room, ResourceAmounts others) => With(Gpus, Room - room, Others - others);

    /// <summary>The node after those pods have gone: their slices are free, and what else they asked for is there again.</summary>
    /// <param name="owners">The pods' uids.</param>
    /// <param name="room">What they asked of cpu, memory and pods together.</param>
    /// <param name="others">What they asked of all else together.</param>
    public Node Without(IReadOnlySet<string> owners, NodeRoom room, ResourceAmounts others) =>
        With([.. Gpus.Select(gpu => gpu.Without(owners))], Room + room, Others + others);

    private Node With(ImmutableArray<Gpu> gpus, NodeRoom room, ResourceAmounts others) => new(Name, Mode, Obstacle, gpus, room)
    {
        Traits = Traits,
        Others = others,
        ObstacleDetail = ObstacleDetail,
        IsClaimed = IsClaimed,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}
