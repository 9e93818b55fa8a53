using Nos.Scheduling.Choosing;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Judges slices that containers name themselves.</summary>
internal static class NamedSlices
{
    /// <summary>What speaks against the slice for good (<c>Wrong</c>), or only for now (<c>Warning</c>).</summary>
    internal static (string? Wrong, string? Warning) Judge(string container, SliceResource slice, Offer offer)
    {
        if (offer.Has(slice) && !offer.IsCatalogue)
        {
            return (null, null);
        }

        if (slice.Profile is { } profile)
        {
            return IsKnown(profile, offer)
                ? (null, $"No GPU of the cluster offers {slice.Name} now; the pod waits until one does.")
                : ($"Container {container}: {slice.Name} is no profile of any GPU known here; write one of {Examples(offer)}.", null);
        }

        // A GPU that is shared by MIG today may be shared by MPS tomorrow: what no GPU has at all is wrong.
        var largest = offer.Models.Max(model => model.Model.UsableGB);
        return slice.MemoryGB > largest
            ? ($"Container {container}: {slice.Name} is larger than any GPU{(offer.IsCatalogue ? "" : " of the cluster")}; write nvidia.com/gpu-{largest}gb or less.", null)
            : (null, $"No GPU of the cluster offers {slice.Name} now; the pod waits until one does.");
    }

    private static bool IsKnown(string profile, Offer offer) =>
        GpuCatalog.ProfileNames.Contains(profile, StringComparer.Ordinal) || offer.Models.Any(model => model.Model.Find(profile) is not null);

    /// <summary>Resource names that would do, smallest first: the cluster's, or where it has none the A100's.</summary>
    private static string Examples(Offer offer)
    {
        var models = offer.IsCatalogue || offer.Models.All(model => model.Model.Profiles.Count == 0)
            ? [GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!]
            : offer.Models.Select(model => model.Model);
        var names = models
            .SelectMany(model => model.Profiles)
            .Where(profile => profile.Parts.Engines == MediaEngines.Usual)
            .OrderBy(profile => profile.Parts.MemoryGB)
            .ThenBy(profile => profile.Parts.ComputeSlices)
            .Select(profile => new SliceResource(profile.Name, profile.Parts.MemoryGB).Name)
            .Distinct(StringComparer.Ordinal);
        return string.Join(", ", names.Take(8));
    }
}
