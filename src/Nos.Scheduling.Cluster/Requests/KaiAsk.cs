using System.Globalization;
using Nos.Scheduling.Choosing;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Reads the annotations of KAI-Scheduler.</summary>
internal static class KaiAsk
{
    /// <summary>Unit: MiB. No GPU comes near.</summary>
    private const int MostMiB = 9999 * 1024;

    /// <summary>Reads them.</summary>
    /// <param name="container">The container that they are for.</param>
    /// <param name="annotations">One or both of KAI's.</param>
    internal static ContainerAsk Read(string container, Dictionary<string, string> annotations)
    {
        if (annotations.Count > 1)
        {
            return new ContainerAsk.Refused($"The pod has both annotations {PeerKeys.KaiFraction} and {PeerKeys.KaiMemory}; keep one of them.");
        }

        if (annotations.TryGetValue(PeerKeys.KaiMemory, out var memory))
        {
            var (mib, wrong) = GpuAmounts.Whole(container, $"annotation {PeerKeys.KaiMemory}", new Quantity(memory), "MiB", MostMiB);
            return wrong is null
                ? new ContainerAsk.Wish(SliceWish.OfMemory((mib + 1023) / 1024), annotations)
                : new ContainerAsk.Refused(wrong);
        }

        var written = annotations[PeerKeys.KaiFraction];
        return decimal.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var part) && part is > 0 and <= 1
            ? new ContainerAsk.Wish(SliceWish.OfPart(part), annotations)
            : new ContainerAsk.Refused($"Annotation {PeerKeys.KaiFraction} is {written}; write a part of one GPU, above 0 and at most 1, such as 0.5.");
    }
}
