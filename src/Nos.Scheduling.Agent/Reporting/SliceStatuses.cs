using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Says of every slice of one GPU what it is: those that exist, those that the spec wants, and those that it cannot have.</summary>
internal static class SliceStatuses
{
    /// <summary>What the API takes of a GPU. No GPU has as many: what is left out is a spec's that lists more failures than anybody reads.</summary>
    private const int Most = 64;

    /// <summary>By start or number, then size, then id; no id twice.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="view">The node.</param>
    public static IEnumerable<SliceStatus> Of(GpuReading gpu, NodeView view)
    {
        var ids = (view.Goal.Find(gpu.Index)?.Slices ?? []).DistinctBy(goal => goal.Shape).ToDictionary(goal => goal.Shape, goal => goal.Id);
        var live = gpu.Slices.Select(slice => Live(gpu, slice, ids.GetValueOrDefault(slice.Shape) ?? slice.Shape.IdOn(gpu.Index), view)).ToList();

        var existing = gpu.Slices.Select(slice => slice.Shape).ToHashSet();
        var wanted = ids.Where(goal => !existing.Contains(goal.Key)).Select(goal => Wanted(new SlicePlace(gpu.Index, goal.Key), goal.Value, view));

        var gone = view.Lost.Where(lost => lost.Key.Gpu == gpu.Index && !existing.Contains(lost.Key.Shape) && !ids.ContainsKey(lost.Key.Shape))
            .Select(lost => Of(lost.Value, Shaped(lost.Key.Shape, lost.Key.Id) with { State = SliceStates.Failed, Message = "It is gone, and nothing makes it anew." }));

        // What exists outranks a refusal of the same id, and a refusal outranks a mere wish.
        return live.Concat(Refused(gpu.Index, view).Select(refused => Holding(refused, gpu.Index, view))).Concat(wanted).Concat(gone)
            .DistinctBy(slice => slice.Id)
            .OrderBy(slice => slice.State == SliceStates.Failed)
            .Take(Most)
            .OrderBy(slice => slice.Start ?? NumberIn(slice.Id))
            .ThenBy(slice => slice.MemoryGB ?? 0)
            .ThenBy(slice => slice.Id, StringComparer.Ordinal);
    }

    /// <summary>The entries of the spec for that GPU that are not carried out.</summary>
    public static IEnumerable<SliceStatus> Refused(int gpu, NodeView view) => view.Refused.Where(refusal => refusal.Gpu == gpu).Select(refusal => new SliceStatus
    {
        Id = refusal.Entry.Id,
        Profile = refusal.Entry.Profile,
        Start = refusal.Entry.Start,
        MemoryGB = refusal.Entry.MemoryGB,
        State = SliceStates.Failed,
        Message = refusal.Message,
    });

    /// <summary>A share's number, which only its id tells; an id written by hand may have none.</summary>
    private static int NumberIn(string id) => int.TryParse(id.AsSpan(id.LastIndexOf('-') + 1), out var number) ? number : 0;

    private static SliceStatus Live(GpuReading gpu, LiveSlice slice, string id, NodeView view)
    {
        var place = new SlicePlace(gpu.Index, slice.Shape);
        var use = view.Uses.GetValueOrDefault(place);
        var failure = view.Failures.GetValueOrDefault(place);
        var state = gpu.Fault is not null ? SliceStates.Failed
            : use is not null || slice.IsBusy ? SliceStates.Used
            : view.Pending.Contains(place) ? SliceStates.Deleting
            : failure is not null || slice.Fault is not null ? SliceStates.Failed
            : SliceStates.Free;
        return Shaped(slice.Shape, id) with
        {
            Uuid = slice.Uuid,
            State = state,
            Advertised = slice.IsAdvertised && slice.Fault is null && (state is SliceStates.Used or SliceStates.Free),
            Pod = use?.Pod,
            PodUid = use?.PodUid,
            LostUuid = view.Lost.GetValueOrDefault(place)?.Uuid,
            Message = state == SliceStates.Failed ? gpu.Fault ?? failure?.Message ?? slice.Fault : state == SliceStates.Used ? slice.Fault : null,
        };
    }

    private static SliceStatus Wanted(SlicePlace place, string id, NodeView view)
    {
        var failure = view.Pending.Contains(place) ? null : view.Failures.GetValueOrDefault(place);
        var wanted = Shaped(place.Shape, id) with { State = failure is null ? SliceStates.Creating : SliceStates.Failed, Message = failure?.Message };
        return Of(view.Lost.GetValueOrDefault(place), wanted);
    }

    /// <summary>What is refused now may be what a pod was started with.</summary>
    private static SliceStatus Holding(SliceStatus refused, int gpu, NodeView view) =>
        Of(view.Lost.Where(lost => lost.Key.Gpu == gpu && lost.Key.Id == refused.Id).Select(lost => lost.Value).FirstOrDefault(), refused);

    /// <summary>Whose it was stays told while the pod is there: a later agent, or leader, knows it from nowhere else.</summary>
    private static SliceStatus Of(StartedSlice? lost, SliceStatus slice) =>
        lost is null ? slice : slice with { Pod = lost.Use.Pod, PodUid = lost.Use.PodUid, LostUuid = lost.Uuid };

    private static SliceStatus Shaped(SliceShape shape, string id) => new()
    {
        Id = id,
        Profile = shape.Profile?.Name,
        Start = shape.Profile is null ? null : shape.Start,
        MemoryGB = shape.Profile is null ? shape.MemoryGB : null,
    };
}
