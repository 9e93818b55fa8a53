using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Allocating;

/// <summary>Plays kubelet's device manager: decides which bound pod has which slice. Pure.</summary>
/// <remarks>
/// A pod gets all that it needs or nothing, and keeps what it has. It gets the slices it was promised as far as its own limits bear
/// the promise out and they are there and nobody else's; a pod without a promise that holds gets the lowest free ones.
/// </remarks>
internal static class DeviceAllocation
{
    /// <summary>Who uses what, after pods came and went.</summary>
    /// <param name="slices">The slices that kubelet may give away, by GPU, then start.</param>
    /// <param name="before">Who used what until now.</param>
    /// <param name="pods">The pods of the node that hold slices or should.</param>
    /// <param name="swaps">Whether kubelet gives another free slice of the resource than the promised one where there is one, as it may.</param>
    /// <returns>Who uses what. Promises are served before anybody else; ties go to the pod that was created first, then by name.</returns>
    public static IReadOnlyDictionary<SlicePlace, SliceUse> Decide(
        IReadOnlyList<AdvertisedSlice> slices, IReadOnlyDictionary<SlicePlace, SliceUse> before, IReadOnlyCollection<BoundPod> pods, bool swaps)
    {
        var holders = pods.ToDictionary(pod => pod.Uid, StringComparer.Ordinal);
        var uses = new Dictionary<SlicePlace, SliceUse>();
        foreach (var slice in slices)
        {
            if (before.GetValueOrDefault(slice.Place) is { } use && HolderOf(use, holders) is { } holder)
            {
                uses[slice.Place] = use with { PodUid = holder.Uid };
            }
        }

        var waiting = pods
            .Select(pod => (Pod: pod, Missing: MissingOf(pod, slices, uses)))
            .Where(unserved => unserved.Missing.Count > 0)
            .OrderBy(unserved => unserved.Pod.Created)
            .ThenBy(unserved => unserved.Pod.Key, StringComparer.Ordinal)
            .ToList();
        var others = waiting.Where(unserved => swaps || !Serve(unserved.Pod, unserved.Missing, slices, uses, Promised)).ToList();
        foreach (var (pod, missing) in others)
        {
            Serve(pod, missing, slices, uses, swaps ? LowestButPromised : PromisedElseLowest);
        }

        return uses;
    }

    /// <summary>What bound pods were promised and do not have yet, as far as their own limits bear the promise out.</summary>
    /// <param name="slices">The slices that kubelet may give away.</param>
    /// <param name="uses">Who uses what.</param>
    /// <param name="pods">The pods of the node that hold slices or should.</param>
    /// <returns>No slice twice; the pod that was created first is served first, ties by name.</returns>
    public static IReadOnlyList<OwedSlice> Owed(
        IReadOnlyList<AdvertisedSlice> slices, IReadOnlyDictionary<SlicePlace, SliceUse> uses, IReadOnlyCollection<BoundPod> pods)
    {
        var taken = uses.Keys.ToHashSet();
        var owed = new List<OwedSlice>();
        foreach (var pod in pods.Where(pod => pod.Promise.Count > 0).OrderBy(pod => pod.Created).ThenBy(pod => pod.Key, StringComparer.Ordinal))
        {
            foreach (var need in MissingOf(pod, slices, uses))
            {
                var promised = slices.Where(slice => slice.Resource == need.Resource && IsPromised(pod, need, slice.Place) && !taken.Contains(slice.Place)).Take(1);
                foreach (var slice in promised)
                {
                    taken.Add(slice.Place);
                    owed.Add(new OwedSlice(pod.Key, need.Containers[0], slice.Resource, slice.Place));
                }
            }
        }

        return owed;
    }

    private delegate SlicePlace? Choice(BoundPod pod, PodNeed need, IReadOnlyList<SlicePlace> free);

    /// <summary>Gives the pod all that it misses, or nothing.</summary>
    private static bool Serve(
        BoundPod pod, IReadOnlyList<PodNeed> missing, IReadOnlyList<AdvertisedSlice> slices, Dictionary<SlicePlace, SliceUse> uses, Choice choice)
    {
        var given = new Dictionary<SlicePlace, SliceUse>();
        foreach (var need in missing)
        {
            var free = slices
                .Where(slice => slice.Resource == need.Resource && !uses.ContainsKey(slice.Place) && !given.ContainsKey(slice.Place))
                .Select(slice => slice.Place)
                .ToList();
            if (choice(pod, need, free) is not { } place)
            {
                return false;
            }

            given[place] = new SliceUse($"{pod.Key}/{need.Containers[^1]}", pod.Uid);
        }

        foreach (var (place, use) in given)
        {
            uses[place] = use;
        }

        return true;
    }

    private static SlicePlace? Promised(BoundPod pod, PodNeed need, IReadOnlyList<SlicePlace> free) =>
        free.Where(place => IsPromised(pod, need, place)).Select(place => (SlicePlace?)place).FirstOrDefault();

    private static SlicePlace? PromisedElseLowest(BoundPod pod, PodNeed need, IReadOnlyList<SlicePlace> free) =>
        Promised(pod, need, free) ?? (free.Count > 0 ? free[0] : null);

    private static SlicePlace? LowestButPromised(BoundPod pod, PodNeed need, IReadOnlyList<SlicePlace> free) =>
        free.Where(place => !IsPromised(pod, need, place)).Concat(free).Select(place => (SlicePlace?)place).FirstOrDefault();

    private static bool IsPromised(BoundPod pod, PodNeed need, SlicePlace place) =>
        pod.Promise.Any(promised => promised.Id == place.Id && need.Containers.Contains(promised.Container));

    /// <summary>By uid; by name where an older report did not tell the uid.</summary>
    private static BoundPod? HolderOf(SliceUse use, Dictionary<string, BoundPod> pods) => use.PodUid is { } uid
        ? pods.GetValueOrDefault(uid)
        : pods.Values.FirstOrDefault(pod => use.Pod.StartsWith(pod.Key + "/", StringComparison.Ordinal));

    /// <summary>What the pod needs beyond what it has. A slice counts for a need of its own container first.</summary>
    private static List<PodNeed> MissingOf(BoundPod pod, IReadOnlyList<AdvertisedSlice> slices, IReadOnlyDictionary<SlicePlace, SliceUse> uses)
    {
        var missing = pod.Needs.ToList();
        foreach (var slice in slices)
        {
            if (uses.GetValueOrDefault(slice.Place) is { } use && use.PodUid == pod.Uid)
            {
                var like = missing.Where(need => need.Resource == slice.Resource).ToList();
                var met = like.Find(need => use.Pod == $"{pod.Key}/{need.Containers[^1]}") ?? like.FirstOrDefault();
                _ = met is not null && missing.Remove(met);
            }
        }

        return missing;
    }
}
