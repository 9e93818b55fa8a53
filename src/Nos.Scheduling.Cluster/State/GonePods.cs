namespace Nos.Scheduling.Cluster.State;

/// <summary>The pods that were seen to go a short while ago. A uid that is not among them and not known is either older, or news that has not come yet.</summary>
internal sealed class GonePods(TimeProvider time)
{
    /// <summary>Longer than slices are usually kept for a pod. One forgotten too early costs the rest of that time, nothing else.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> uids = new(StringComparer.Ordinal);
    private readonly Queue<(string Uid, long At)> order = [];

    internal bool Contains(string uid) => uids.Contains(uid);

    internal void Add(string uid)
    {
        if (uids.Add(uid))
        {
            order.Enqueue((uid, time.GetTimestamp()));
        }
    }

    internal void Expire()
    {
        while (order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At) > Memory)
        {
            uids.Remove(order.Dequeue().Uid);
        }
    }
}
