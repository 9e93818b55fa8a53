using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Puts the slices of one node onto its GPUs, layer by layer; see <see cref="GpuAssembler"/> for their order.</summary>
internal sealed class SliceLayers(NodeFacts facts, List<GpuAssembler> gpus)
{
    private readonly GpuNodeDocument document = facts.GpuNode!;

    internal void Lay()
    {
        LayUsed();
        if (facts.IsContested)
        {
            // One of our reservations that is not in the spec yet has lost against an owner that is, bound by now or not.
            LayOwnedBySpec();
            LayCovered();
            LayReserved();
        }
        else
        {
            LayReserved();
            LayOwnedBySpec();
            LayCovered();
        }

        LayClaimed();
        LayFreeBySpec();
        LayFreeByReport();
    }

    private void LayUsed()
    {
        foreach (var (gpu, slice) in Reported().Where(reported => reported.Slice.State == SliceStates.Used))
        {
            if (gpu.ShapeOf(slice) is { } shape)
            {
                var holder = HolderOf(slice);
                var resource = ResourceOf(gpu.Index, slice.Id) ?? ResourceOf(shape);
                gpu.AddUsed(shape, resource, holder?.Uid ?? slice.PodUid, DemandOf(holder, resource));
            }
            else
            {
                gpu.AddUnknown();
            }
        }
    }

    private void LayReserved()
    {
        foreach (var reservation in facts.Reservations.Where(reservation => !IsReported(reservation.Pod)))
        {
            foreach (var placed in reservation.Placement.Slices)
            {
                Find(placed.Gpu)?.TryAdd(new Slice(placed.Shape, placed.Resource, SliceHold.Reserved, reservation.Pod.Uid, placed.Mps));
            }
        }
    }

    /// <summary>Reservations that outlived their server, or are another's: the spec says for whom a slice was cut, and until when it waits.</summary>
    private void LayOwnedBySpec()
    {
        foreach (var (gpu, slice) in Wanted().Where(wanted => wanted.Slice.For is { } owner && owner.Until > facts.Now))
        {
            var (uid, owner) = (slice.For!.Uid, facts.FindPod(slice.For.Uid));
            var counts = facts.IsContested
                ? (owner?.IsWaiting ?? !facts.IsGone(uid)) && !facts.Reservations.Any(reservation => reservation.Pod.Uid == uid)
                : owner is { IsWaiting: true } && !facts.IsDecided(uid);
            if (counts && gpu.ShapeOf(slice) is { } shape && SliceResource.TryParse(slice.Resource, out var resource))
            {
                gpu.TryAdd(new Slice(shape, resource, SliceHold.Reserved, uid, DemandOf(owner, resource)));
            }
        }
    }

    /// <summary>Bound pods whose devices are not reported: as many slices as they ask for are taken, the promised ones first, else the lowest.</summary>
    private void LayCovered()
    {
        foreach (var pod in facts.Pods.Where(pod => pod.Demand.AsksForSlices).OrderBy(pod => pod.Key, StringComparer.Ordinal))
        {
            foreach (var like in pod.Demand.Slices.GroupBy(request => request.Resource))
            {
                var missing = like.Count() - ReportedCount(pod, like.Key);
                foreach (var (gpu, shape) in Promised(pod, like.Key).Concat(Present(like.Key)).DistinctBy(place => (place.Gpu.Index, place.Shape)))
                {
                    if (missing > 0 && !gpu.Has(shape) && gpu.TryAdd(new Slice(shape, like.Key, SliceHold.Covered, pod.Uid, like.First().Mps)))
                    {
                        missing--;
                    }
                }
            }
        }
    }

    private void LayClaimed()
    {
        foreach (var claim in facts.Claims)
        {
            foreach (var place in claim.Slices.DistinctBy(slice => (slice.Gpu, slice.Id)))
            {
                if (Find(place.Gpu) is { } gpu && gpu.ShapeOf(place) is { } shape
                    && claim.Pod.Demand.Slices.FirstOrDefault(request => gpu.IsOf(shape, request.Resource)) is { Resource.MemoryGB: > 0 } request)
                {
                    gpu.Claim(new Slice(shape, request.Resource, SliceHold.Reserved, claim.Pod.Uid, request.Mps));
                }
            }
        }
    }

    private void LayFreeBySpec()
    {
        var destroyed = facts.Reservations
            .SelectMany(reservation => reservation.Placement.Slices)
            .SelectMany(placed => placed.Destroyed.Select(shape => (placed.Gpu, shape)))
            .ToHashSet();
        foreach (var (gpu, slice) in Wanted())
        {
            if (gpu.ShapeOf(slice) is { } shape && !gpu.Has(shape) && !destroyed.Contains((gpu.Index, shape))
                && StateOf(gpu.Index, slice.Id) != SliceStates.Failed && SliceResource.TryParse(slice.Resource, out var resource))
            {
                gpu.TryAdd(new Slice(shape, resource, SliceHold.Free));
            }
        }
    }

    /// <summary>Before the first spec the report is all there is; afterwards the agent removes what the spec does not name.</summary>
    private void LayFreeByReport()
    {
        foreach (var (gpu, slice) in Reported().Where(reported => reported.Slice.State == SliceStates.Free && !IsListed(reported.Gpu.Index)))
        {
            if (gpu.ShapeOf(slice) is { } shape && !gpu.Has(shape))
            {
                gpu.TryAdd(new Slice(shape, ResourceOf(shape), SliceHold.Free));
            }
        }
    }

    private IEnumerable<(GpuAssembler Gpu, SliceStatus Slice)> Reported() =>
        from gpu in document.Status?.Gpus ?? []
        let assembler = Find(gpu.Index)
        where assembler is not null
        from slice in gpu.Slices
        select (assembler, slice);

    private IEnumerable<(GpuAssembler Gpu, SliceSpec Slice)> Wanted() =>
        from gpu in document.Spec.Gpus ?? []
        let assembler = Find(gpu.Index)
        where assembler is not null
        from slice in gpu.Slices
        select (assembler, slice);

    /// <summary>The slices of a promise as far as the pod's own limits and the GpuNode bear it out, be it the spec or the report: users forge annotations.</summary>
    private IEnumerable<(GpuAssembler Gpu, SliceShape Shape)> Promised(PodRecord pod, SliceResource resource) => pod.Promise.SelectMany(promised =>
        Shaped(Wanted().Where(wanted => wanted.Gpu.Index == promised.Gpu && wanted.Slice.Id == promised.Id && wanted.Slice.Resource == resource.Name))
            .Concat(Shaped(Unlisted(resource).Where(reported => reported.Gpu.Index == promised.Gpu && reported.Slice.Id == promised.Id)))
            .Take(1));

    /// <summary>The slices of which kubelet may have given the pod one, lowest first.</summary>
    private IEnumerable<(GpuAssembler Gpu, SliceShape Shape)> Present(SliceResource resource) =>
        Shaped(Wanted().Where(wanted => wanted.Slice.Resource == resource.Name && StateOf(wanted.Gpu.Index, wanted.Slice.Id) is SliceStates.Free or SliceStates.Creating))
            .Concat(Shaped(Unlisted(resource).Where(reported => reported.Slice.State == SliceStates.Free)))
            .OrderBy(place => place.Gpu.Index).ThenBy(place => place.Shape.Start);

    private static IEnumerable<(GpuAssembler Gpu, SliceShape Shape)> Shaped(IEnumerable<(GpuAssembler Gpu, SliceSpec Slice)> slices) =>
        from slice in slices let shape = slice.Gpu.ShapeOf(slice.Slice) where shape is not null select (slice.Gpu, shape.Value);

    private static IEnumerable<(GpuAssembler Gpu, SliceShape Shape)> Shaped(IEnumerable<(GpuAssembler Gpu, SliceStatus Slice)> slices) =>
        from slice in slices let shape = slice.Gpu.ShapeOf(slice.Slice) where shape is not null select (slice.Gpu, shape.Value);

    /// <summary>Slices of that resource that are reported and that the spec does not name: before the first spec, or because a hand took them out.</summary>
    private IEnumerable<(GpuAssembler Gpu, SliceStatus Slice)> Unlisted(SliceResource resource) => Reported()
        .Where(reported => ResourceOf(reported.Gpu.Index, reported.Slice.Id) is null && reported.Gpu.ShapeOf(reported.Slice) is { } shape && ResourceOf(shape) == resource);

    private GpuAssembler? Find(int index) => gpus.Find(gpu => gpu.Index == index);

    private bool IsListed(int gpu) => document.Spec.Gpus?.Any(listed => listed.Index == gpu) ?? false;

    private string? StateOf(int gpu, string id) => document.Status?.Gpus
        .FirstOrDefault(reported => reported.Index == gpu)?.Slices.FirstOrDefault(slice => slice.Id == id)?.State;

    private SliceResource? ResourceOf(int gpu, string id) => document.Spec.Gpus?
        .FirstOrDefault(listed => listed.Index == gpu)?.Slices.FirstOrDefault(slice => slice.Id == id)?.Resource is { } name
        && SliceResource.TryParse(name, out var resource) ? resource : null;

    private static SliceResource ResourceOf(SliceShape shape) =>
        shape.Profile is { } profile ? new SliceResource(profile.Name, shape.MemoryGB) : SliceResource.Mps(shape.MemoryGB);

    private bool IsReported(PodRecord pod) => pod.NodeName is not null
        && pod.Demand.Slices.GroupBy(request => request.Resource).All(like => ReportedCount(pod, like.Key) >= like.Count());

    private int ReportedCount(PodRecord pod, SliceResource resource) => Reported().Count(reported =>
        reported.Slice.State == SliceStates.Used && ReportedSlices.IsHeldBy(reported.Slice, pod)
        && (ResourceOf(reported.Gpu.Index, reported.Slice.Id) ?? (reported.Gpu.ShapeOf(reported.Slice) is { } shape ? ResourceOf(shape) : null)) == resource);

    private PodRecord? HolderOf(SliceStatus slice) => facts.Pods.FirstOrDefault(pod => ReportedSlices.IsHeldBy(slice, pod));

    private static MpsDemand DemandOf(PodRecord? pod, SliceResource resource) =>
        pod?.Demand.Slices.FirstOrDefault(request => request.Resource == resource).Mps ?? default;
}
