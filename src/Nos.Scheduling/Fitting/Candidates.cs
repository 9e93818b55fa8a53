using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Finds the ways to give a pod one slice.</summary>
internal static class Candidates
{
    /// <summary>The best way on the node alone, or <see langword="null"/>.</summary>
    internal static Candidate? Best(Node node, SliceRequest request, in PlacementRule rule)
    {
        Candidate? best = null;
        foreach (var gpu in node.Gpus.AsSpan())
        {
            if (request.Resource.IsMig)
            {
                BestMig(gpu, request.Resource, rule, ref best);
            }
            else if (MpsFit.Check(gpu, request) == Misfit.None)
            {
                Keep(ref best, MpsCandidate.Of(gpu, request.Resource.MemoryGB, rule.Policy));
            }
        }

        return best;
    }

    /// <summary>Every way on the node, best first. The best is found without sorting the others, as it mostly is the one.</summary>
    internal static IEnumerable<Candidate> InOrder(Node node, SliceRequest request, PlacementRule rule)
    {
        if (Best(node, request, rule) is { } best)
        {
            yield return best;
            foreach (var next in All(node, request, rule).Skip(1))
            {
                yield return next;
            }
        }
    }

    /// <summary>Every way on the node, best first.</summary>
    internal static List<Candidate> All(Node node, SliceRequest request, in PlacementRule rule)
    {
        var all = new List<Candidate>();
        foreach (var gpu in node.Gpus)
        {
            if (!request.Resource.IsMig)
            {
                if (MpsFit.Check(gpu, request) == Misfit.None)
                {
                    all.Add(MpsCandidate.Of(gpu, request.Resource.MemoryGB, rule.Policy));
                }
            }
            else if (gpu.Model.Find(request.Resource.Profile!) is { } profile && (gpu.Open & gpu.Model.BitOf(profile.Name)) != 0)
            {
                foreach (var place in profile.Placements.Where(place => !place.Slices.Overlaps(gpu.Held)))
                {
                    all.Add(MigCandidate(gpu, place, request.Resource, rule));
                }
            }
        }

        all.Sort((left, right) => left.CompareOnNode(right));
        return all;
    }

    private static void BestMig(Gpu gpu, SliceResource asked, in PlacementRule rule, ref Candidate? best)
    {
        var index = gpu.Model.IndexOf(asked.Profile!);
        if (index < 0 || (gpu.Open >> index & 1) == 0)
        {
            return;
        }

        var profile = gpu.Model.Profiles[index];
        for (var start = 0; start < SliceMask.Capacity; start++)
        {
            if (profile.Starts.Contains(start) && !SliceMask.Run(start, profile.MemorySlices).Overlaps(gpu.Held))
            {
                Keep(ref best, MigCandidate(gpu, new MigPlacement(profile, start), asked, rule));
            }
        }
    }

    private static Candidate MigCandidate(Gpu gpu, MigPlacement place, SliceResource asked, in PlacementRule rule)
    {
        var shape = SliceShape.Mig(place.Profile, place.Start);
        var loss = rule.Loss(gpu, place.Slices);
        var fullness = rule.Policy == PlacementPolicy.FirstFit ? 0 : gpu.Held.Count;
        var (destroyed, size, like) = (0, 0, 0);
        for (var index = 0; gpu.Present != gpu.Held && index < gpu.Slices.Count; index++)
        {
            var slice = gpu.Slices[index];
            // A slice is advertised under one name only: one of this shape under an alias must be made anew.
            if (slice.IsFree && slice.Shape.Start == place.Start && slice.Shape == shape && slice.Resource == asked)
            {
                return new Candidate(gpu.Index, shape, true, 0, 0, 0, loss, fullness);
            }

            if (slice.IsFree && MustGo(slice, place))
            {
                (destroyed, size) = (destroyed + 1, size + slice.Shape.Mask.Count);
            }
            else if (slice.Shape.Profile == place.Profile)
            {
                like++;
            }
        }

        if (like >= place.Profile.MaxInstances)
        {
            (destroyed, size) = (destroyed + 1, size + place.Profile.MemorySlices);
        }

        return new Candidate(gpu.Index, shape, false, destroyed, size, loss, loss, fullness);
    }

    /// <summary>Whether a free slice stands in the way of a new one: it overlaps, or the two may not stand side by side.</summary>
    internal static bool MustGo(Slice free, MigPlacement place) =>
        free.Shape.Mask.Overlaps(place.Slices) || (free.Shape.Profile is { } profile && !profile.ToleratesBeside(place.Profile));

    /// <summary>The free slices that have to go for a new one: those in the way, and one of the same profile, the last, where it would be one too many.</summary>
    internal static IReadOnlyList<SliceShape> Displaced(Gpu gpu, MigPlacement place)
    {
        var displaced = gpu.Slices.Where(slice => slice.IsFree && MustGo(slice, place)).Select(slice => slice.Shape).OrderBy(shape => shape.Start).ToList();
        var like = gpu.Slices.Where(slice => slice.Shape.Profile == place.Profile && !displaced.Contains(slice.Shape)).ToList();
        if (like.Count >= place.Profile.MaxInstances)
        {
            displaced.Add(like.Where(slice => slice.IsFree).MaxBy(slice => slice.Shape.Start)!.Shape);
        }

        return displaced;
    }

    private static void Keep(ref Candidate? best, Candidate candidate)
    {
        if (best is not { } known || candidate.CompareOnNode(known) < 0)
        {
            best = candidate;
        }
    }
}
