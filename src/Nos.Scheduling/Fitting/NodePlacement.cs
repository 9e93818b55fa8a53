namespace Nos.Scheduling.Fitting;

/// <summary>Where all of a pod's slices go on one node.</summary>
/// <param name="Slices">One for each of <see cref="PodDemand.Slices"/>, in that order.</param>
public sealed record NodePlacement(IReadOnlyList<PlacedSlice> Slices)
{
    /// <summary>A pod without slices.</summary>
    public static NodePlacement Nothing { get; } = new([]);

    /// <summary>Whether any slice has to be cut first.</summary>
    public bool NeedsCut => Slices.Any(slice => !slice.IsReuse);

    /// <summary>The promise, as <c>nos.nebuly.com/slices</c> writes it: by container, resource, gpu, start.</summary>
    public string Promise(PodDemand demand) => string.Join(',', demand.Shares
        .OrderBy(share => share.Container, StringComparer.Ordinal)
        .ThenBy(share => Slices[share.Request].Resource.Name, StringComparer.Ordinal)
        .ThenBy(share => Slices[share.Request].Gpu)
        .ThenBy(share => Slices[share.Request].Shape.Start)
        .Select(share => $"{share.Container}={Slices[share.Request].Shape.PromiseOn(Slices[share.Request].Gpu)}"));
}
