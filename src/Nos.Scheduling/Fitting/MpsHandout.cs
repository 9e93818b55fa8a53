using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Hands the shares of one GPU out: free ones of the size that stay, by number, then new ones.</summary>
internal sealed class MpsHandout
{
    private Gpu then;
    private IReadOnlyList<SliceShape> toDestroy;

    /// <param name="gpu">The GPU before.</param>
    /// <param name="recut">How its free shares change for all that will be given.</param>
    internal MpsHandout(Gpu gpu, MpsRecut recut) => (then, toDestroy) = (gpu, recut.Destroyed);

    /// <summary>The next share for a request: of like free ones the lowest, as the recut has reckoned, so that none is given that goes.</summary>
    internal PlacedSlice Give(SliceRequest request)
    {
        var gb = request.Resource.MemoryGB;
        var free = then.Slices.Where(slice => slice.IsFree && slice.Shape.MemoryGB == gb).Select(slice => slice.Shape).OrderBy(shape => shape.Start).ToList();
        var shape = free.Count > 0 ? free[0] : SliceShape.Mps(gb, MpsCandidate.NextNumber(then, gb));
        var destroyed = free.Count > 0 ? [] : toDestroy;
        toDestroy = free.Count > 0 ? toDestroy : [];
        // What is destroyed keeps its number until the end, so that no new share is mistaken for it.
        then = then.With(new Slice(shape, request.Resource, SliceHold.Reserved, null, request.Mps), []);
        return new PlacedSlice(then.Index, shape, request.Resource, request.Mps, free.Count > 0, destroyed);
    }
}
