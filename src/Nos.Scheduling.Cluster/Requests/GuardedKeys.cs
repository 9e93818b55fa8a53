using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>The keys that only we may write on a pod.</summary>
internal static class GuardedKeys
{
    private const string Annotations = "/metadata/annotations";

    /// <summary>The sentence for the first of our keys that differs between the two, or <see langword="null"/>.</summary>
    internal static string? Tampered(PodDocument before, PodDocument after)
    {
        foreach (var key in new[] { NosKeys.Slices, NosKeys.Claim, NosKeys.Requested, NosKeys.Chosen })
        {
            if (before.Metadata.Annotation(key) != after.Metadata.Annotation(key))
            {
                return $"Annotation {key} is written by nos alone; leave it as it is.";
            }
        }

        return before.Metadata.Label(NosKeys.Capacity) != after.Metadata.Label(NosKeys.Capacity)
            ? $"Label {NosKeys.Capacity} is written by nos alone; leave it as it is."
            : null;
    }

    /// <summary>Takes what a user may not say off a new pod, with a warning for each.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="kept">Keys that stay, or that the caller replaces without a word.</param>
    /// <param name="patch">Where the steps go.</param>
    /// <param name="warnings">Where the warnings go.</param>
    internal static void Strip(PodDocument pod, IReadOnlyCollection<string> kept, PodPatch patch, List<string> warnings)
    {
        foreach (var key in new[] { NosKeys.Slices, NosKeys.Claim, NosKeys.Requested, NosKeys.Chosen })
        {
            if (pod.Metadata.Annotation(key) is not null && !kept.Contains(key))
            {
                patch.Remove(Annotations, key);
                warnings.Add($"Annotation {key} is written by nos alone and was removed.");
            }
        }

        if (pod.Metadata.Label(NosKeys.Capacity) is not null)
        {
            patch.Remove("/metadata/labels", NosKeys.Capacity);
            warnings.Add($"Label {NosKeys.Capacity} is written by nos alone and was removed.");
        }
    }
}
