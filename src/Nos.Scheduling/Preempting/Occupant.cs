namespace Nos.Scheduling.Preempting;

/// <summary>A bound pod with what follows from it, worked out once a scene.</summary>
internal sealed class Occupant
{
    /// <param name="bound">The pod.</param>
    /// <param name="quota">Its quota; <see langword="null"/> where it has none.</param>
    /// <param name="moment">Now.</param>
    internal Occupant(BoundPod bound, QuotaPods? quota, DateTimeOffset moment)
    {
        (Bound, Quota) = (bound, quota);
        LostTicks = bound.Started is { } started && started < moment ? (moment - started).Ticks : 0;
        IsEvictable = !bound.IsProtected && !bound.IsTerminating && bound.Pod.Priority < BoundPod.SystemPriority;
    }

    internal BoundPod Bound { get; }

    internal QuotaPods? Quota { get; }

    internal string Uid => Bound.Pod.Uid;

    internal int Priority => Bound.Pod.Priority;

    /// <summary>Unit: ticks of running time that eviction throws away.</summary>
    internal long LostTicks { get; }

    /// <summary>Whether some rule could let it be evicted.</summary>
    internal bool IsEvictable { get; }

    /// <summary>Whether the snapshot says that it has slices; known once its node was looked at.</summary>
    internal bool HoldsSlices { get; set; }

    /// <summary>What its quota has found out; <see langword="null"/> before it was asked.</summary>
    internal bool? IsOver { get; set; }

    /// <summary>Its place among its node's pods.</summary>
    internal int Place { get; set; }

    /// <summary>The order of victims: lower priority, less running time lost, namespace, name, uid.</summary>
    internal static int Compare(Occupant left, Occupant right)
    {
        var order = left.Priority.CompareTo(right.Priority);
        order = order != 0 ? order : left.LostTicks.CompareTo(right.LostTicks);
        order = order != 0 ? order : string.CompareOrdinal(left.Bound.Pod.Namespace, right.Bound.Pod.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(left.Bound.Pod.Name, right.Bound.Pod.Name);
        return order != 0 ? order : string.CompareOrdinal(left.Uid, right.Uid);
    }
}
