namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Another leader, by another Lease, who wrote a GpuNode during our own term: a misconfiguration.</summary>
/// <param name="Node">The GpuNode.</param>
/// <param name="Writer">Who it is.</param>
/// <param name="SeenAt">When it was seen, in the clock's ticks.</param>
public sealed record Rival(string Node, Signature Writer, long SeenAt)
{
    /// <summary>What is wrong, and what to do about it.</summary>
    public string Sentence =>
        $"two leaders: {Writer.Holder}, who leads by Lease {Writer.Lease}, has written GpuNode {Node}; give all servers of the cluster the same --lease-name and --namespace";
}
