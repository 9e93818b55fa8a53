namespace Nos.Scheduling.Sharing;

/// <summary>What is remembered of one kind of pod on one node.</summary>
internal struct ShareWay
{
    /// <summary>The node's stamp when it was worked out; another one now means that it must be worked out again.</summary>
    internal int Stamp;

    /// <summary>Unit: thousandths of a GPU; the worth that the node loses. Infinite where the pod does not go in.</summary>
    internal float Loss;

    /// <summary>For a pod with one GPU: which.</summary>
    internal sbyte Gpu;

    /// <summary>The places for pods with several GPUs that are lost.</summary>
    internal PlaceCounts Lost;
}
