using Nos.Scheduling.Choosing;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Reads HAMi's set of resources, which make one request together.</summary>
internal static class HamiAsk
{
    /// <summary>Unit: MiB. No GPU comes near.</summary>
    private const int MostMiB = 9999 * 1024;

    /// <summary>Reads it. Without memory HAMi means all memory of a GPU, and so do we.</summary>
    /// <param name="container">The container's name.</param>
    /// <param name="amounts">All its GPU resources; <c>nvidia.com/gpu</c> may be among them.</param>
    /// <param name="hami">Those that are HAMi's alone.</param>
    internal static ContainerAsk Read(string container, SortedDictionary<string, Quantity> amounts, SortedDictionary<string, Quantity> hami)
    {
        if (amounts.TryGetValue(NosKeys.WholeGpu, out var gpus) && gpus.Milli is not (0 or 1000))
        {
            return new ContainerAsk.Refused(
                $"Container {container} asks for {gpus} {NosKeys.WholeGpu} beside {hami.Keys.First()}; a container gets one slice, so write {NosKeys.WholeGpu}: 1 and use more containers.");
        }

        if (hami.ContainsKey(PeerKeys.HamiMemory) && hami.ContainsKey(PeerKeys.HamiMemoryPercentage))
        {
            return new ContainerAsk.Refused(
                $"Container {container} says its memory twice, as {PeerKeys.HamiMemory} and as {PeerKeys.HamiMemoryPercentage}; keep one of them.");
        }

        var (cores, wrongCores) = Optional(container, PeerKeys.HamiCores, hami, "percent of one GPU", 100);
        var (percent, wrongPercent) = Optional(container, PeerKeys.HamiMemoryPercentage, hami, "percent of one GPU's memory", 100);
        var (mib, wrongMemory) = Optional(container, PeerKeys.HamiMemory, hami, "MiB", MostMiB);
        if ((wrongCores ?? wrongPercent ?? wrongMemory) is { } wrong)
        {
            return new ContainerAsk.Refused(wrong);
        }

        var originals = AskReader.Originals(amounts.Where(amount => amount.Key == NosKeys.WholeGpu || hami.ContainsKey(amount.Key)));
        return (mib, percent) switch
        {
            ( > 0, _) => new ContainerAsk.Wish(SliceWish.OfMemory((mib + 1023) / 1024, cores), originals),
            (_, > 0) => new ContainerAsk.Wish(SliceWish.OfPart(percent / 100m, cores), originals),
            _ => new ContainerAsk.Wish(
                SliceWish.OfPart(1, cores),
                originals,
                $"Container {container} names no memory, which means all of a GPU's; write {PeerKeys.HamiMemory} for less."),
        };
    }

    private static (int Value, string? Wrong) Optional(string container, string key, SortedDictionary<string, Quantity> amounts, string unit, int most) =>
        amounts.TryGetValue(key, out var amount) ? GpuAmounts.Whole(container, key, amount, unit, most) : (0, null);
}
