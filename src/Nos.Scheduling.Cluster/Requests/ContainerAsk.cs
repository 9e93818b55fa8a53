using Nos.Scheduling.Choosing;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>What one container asks of GPUs. The nested records are the only kinds.</summary>
internal abstract record ContainerAsk
{
    private ContainerAsk()
    {
    }

    /// <summary>Nothing, or whole GPUs, which are not ours.</summary>
    internal sealed record Nothing : ContainerAsk;

    /// <summary>Slices by name.</summary>
    /// <param name="Slices">At least one kind.</param>
    internal sealed record Named(IReadOnlyList<(SliceResource Slice, int Count)> Slices) : ContainerAsk;

    /// <summary>A slice by what it must have.</summary>
    /// <param name="Slice">What it must have.</param>
    /// <param name="Originals">What the user wrote: resources, and annotations where the key has no <c>/</c>; by key.</param>
    /// <param name="Warning">What the author should know, or <see langword="null"/>.</param>
    internal sealed record Wish(SliceWish Slice, IReadOnlyDictionary<string, string> Originals, string? Warning = null) : ContainerAsk;

    /// <summary>Nonsense.</summary>
    /// <param name="Sentence">What is wrong and what to write instead.</param>
    internal sealed record Refused(string Sentence) : ContainerAsk;
}
