using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>What has to be done about one node's GpuNode.</summary>
internal enum GpuNodeStep
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The node is labelled and has none: create it.</summary>
    Create,

    /// <summary>Its mode is not the label's, and nothing of the old mode is there: change it.</summary>
    ChangeMode,

    /// <summary>The agent has reported for the first time: write down what it found.</summary>
    Adopt,

    /// <summary>It keeps slices for pods that have given them up: write down that it does not.</summary>
    Disown,

    /// <summary>The label is gone: want nothing any more, so that the agent removes what is free.</summary>
    Empty,

    /// <summary>The label or the node is gone and no slice is left: delete it.</summary>
    Delete,
}

/// <summary>Decides what has to be done about one node's GpuNode. Pure.</summary>
internal static class GpuNodePlan
{
    /// <param name="node">The node; <see langword="null"/> where it is gone.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none.</param>
    /// <param name="namesOwnersThatLeft">Whether its spec keeps slices for pods that have given them up.</param>
    internal static GpuNodeStep Next(NodeDocument? node, GpuNodeDocument? gpuNode, bool namesOwnersThatLeft = false)
    {
        var mode = ModeOf(node);
        if (gpuNode is null)
        {
            return mode is null ? GpuNodeStep.None : GpuNodeStep.Create;
        }

        if (gpuNode.Metadata.DeletionTimestamp is not null)
        {
            return GpuNodeStep.None;
        }

        // A node registered again under the same name is another machine: what was known of the old one means nothing.
        if (node is null || (gpuNode.Metadata.OwnerReferences ?? []).Any(owner => owner.Kind == "Node" && owner.Uid != node.Metadata.Uid))
        {
            return GpuNodeStep.Delete;
        }

        var holdsSlices = gpuNode.Status?.Gpus.Any(gpu => gpu.Slices.Length > 0) ?? false;
        if (mode is null)
        {
            return !holdsSlices ? GpuNodeStep.Delete
                : gpuNode.Spec.Gpus?.Any(gpu => gpu.Slices.Length > 0) ?? false ? GpuNodeStep.Empty : GpuNodeStep.None;
        }

        return gpuNode.Spec.Mode != mode ? holdsSlices ? GpuNodeStep.None : GpuNodeStep.ChangeMode
            : gpuNode.Spec.Gpus is null && gpuNode.Status is { Gpus.Length: > 0 } ? GpuNodeStep.Adopt
            : namesOwnersThatLeft ? GpuNodeStep.Disown
            : GpuNodeStep.None;
    }

    /// <summary><c>MIG</c> or <c>MPS</c>, or <see langword="null"/> where the node is not to be partitioned.</summary>
    internal static string? ModeOf(NodeDocument? node) => node?.Metadata.Label(NosKeys.GpuPartitioning) switch
    {
        "mig" => "MIG",
        "mps" => "MPS",
        _ => null,
    };
}
