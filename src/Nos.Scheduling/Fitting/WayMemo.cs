using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>
/// What a node that has not changed need not work out again: its best way for the last few requests. Changes no answer; safe for concurrent
/// callers, as entries are immutable and replaced whole.
/// </summary>
internal sealed class WayMemo
{
    private const int Slots = 8;

    private Entry?[]? entries;

    /// <summary>The slot of a request; to be worked out once for all nodes.</summary>
    internal static int SlotOf(SliceRequest request) => (request.Resource.GetHashCode() & int.MaxValue) % Slots;

    /// <summary>The way that was found for just this question.</summary>
    internal bool TryGet(int slot, SliceRequest request, NodeRoom room, in PlacementRule rule, out Candidate? way)
    {
        var entry = entries is { } kept ? Volatile.Read(ref kept[slot]) : null;
        if (entry is not null && ReferenceEquals(entry.Rule.Prices, rule.Prices) && entry.Rule.Policy == rule.Policy && entry.Room == room && entry.Request == request)
        {
            way = entry.Way;
            return true;
        }

        way = null;
        return false;
    }

    /// <summary>Remembers it.</summary>
    internal void Keep(int slot, SliceRequest request, NodeRoom room, in PlacementRule rule, Candidate? way)
    {
        entries ??= new Entry?[Slots];
        Volatile.Write(ref entries[slot], new Entry(request, room, rule, way));
    }

    private sealed record Entry(SliceRequest Request, NodeRoom Room, PlacementRule Rule, Candidate? Way);
}
