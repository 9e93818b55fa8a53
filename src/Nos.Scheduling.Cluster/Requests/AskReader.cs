using Nos.Scheduling.Choosing;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Reads one container's request in whichever way it is written.</summary>
internal static class AskReader
{
    /// <summary>Unit: GB. No GPU comes near; what is above is a slip of the unit.</summary>
    private const int MostGB = 9999;

    /// <summary>No node has so many; a count above it is a slip.</summary>
    private const int MostSlices = 1024;

    /// <summary>Reads it.</summary>
    /// <param name="container">The container's name.</param>
    /// <param name="amounts">Its GPU resources, in ordinal order.</param>
    /// <param name="annotations">KAI's annotations, where they are for this container.</param>
    internal static ContainerAsk Read(string container, SortedDictionary<string, Quantity> amounts, Dictionary<string, string> annotations)
    {
        var ours = Only(amounts, key => key is NosKeys.GpuMemory or NosKeys.GpuCompute);
        var hami = Only(amounts, PeerKeys.IsHami);
        var gpushare = Only(amounts, key => key is PeerKeys.GpushareMemory);
        var named = Only(amounts, GpuAmounts.NamesSlice);
        var whole = hami.Count > 0 ? [] : Only(amounts, key => key is NosKeys.WholeGpu && amounts[key].Milli != 0);

        var kinds = new[] { ours, hami, gpushare, named, whole }.Where(kind => kind.Count > 0).Select(kind => kind.Keys.First()).ToList();
        if (annotations.Count > 0)
        {
            kinds.Add($"annotation {annotations.Keys.Order(StringComparer.Ordinal).First()}");
        }

        return kinds switch
        {
            [] => new ContainerAsk.Nothing(),
            [_, _, ..] => new ContainerAsk.Refused($"Container {container} asks for GPUs in several ways ({string.Join(", ", kinds)}); keep one of them."),
            _ when ours.Count > 0 => Ours(container, ours),
            _ when hami.Count > 0 => HamiAsk.Read(container, amounts, hami),
            _ when gpushare.Count > 0 => Memory(container, PeerKeys.GpushareMemory, gpushare),
            _ when named.Count > 0 => Named(container, named),
            _ when annotations.Count > 0 => KaiAsk.Read(container, annotations),
            _ => new ContainerAsk.Nothing(),
        };
    }

    /// <summary>Originals as they are recorded.</summary>
    internal static Dictionary<string, string> Originals(IEnumerable<KeyValuePair<string, Quantity>> amounts) =>
        amounts.ToDictionary(amount => amount.Key, amount => amount.Value.ToString(), StringComparer.Ordinal);

    private static SortedDictionary<string, Quantity> Only(SortedDictionary<string, Quantity> amounts, Func<string, bool> isMeant) =>
        new(amounts.Where(amount => isMeant(amount.Key)).ToDictionary(), StringComparer.Ordinal);

    private static ContainerAsk Ours(string container, SortedDictionary<string, Quantity> amounts)
    {
        if (!amounts.ContainsKey(NosKeys.GpuMemory))
        {
            return new ContainerAsk.Refused(
                $"Container {container} asks for {NosKeys.GpuCompute} alone; write {NosKeys.GpuMemory} beside it, the GB that it needs.");
        }

        var percent = 0;
        if (amounts.TryGetValue(NosKeys.GpuCompute, out var compute))
        {
            (percent, var wrong) = GpuAmounts.Whole(container, NosKeys.GpuCompute, compute, "percent of one GPU", 100);
            if (wrong is not null)
            {
                return new ContainerAsk.Refused(wrong);
            }
        }

        return Memory(container, NosKeys.GpuMemory, amounts, percent);
    }

    private static ContainerAsk Memory(string container, string key, SortedDictionary<string, Quantity> amounts, int percent = 0)
    {
        var (gb, wrong) = GpuAmounts.Whole(container, key, amounts[key], "GB", MostGB);
        return wrong is null
            ? new ContainerAsk.Wish(SliceWish.OfMemory(gb, percent), Originals(amounts))
            : new ContainerAsk.Refused(wrong);
    }

    private static ContainerAsk Named(string container, SortedDictionary<string, Quantity> amounts)
    {
        var slices = new List<(SliceResource Slice, int Count)>();
        foreach (var (key, amount) in amounts)
        {
            if (!SliceResource.TryParse(key, out var slice))
            {
                return new ContainerAsk.Refused(key.StartsWith("nvidia.com/mig-", StringComparison.Ordinal)
                    ? $"Container {container}: {key} names no MIG profile; write one such as nvidia.com/mig-1g.10gb."
                    : $"Container {container}: {key} names no MPS share; write one such as nvidia.com/gpu-10gb.");
            }

            var (count, wrong) = GpuAmounts.Whole(container, key, amount, "slices", MostSlices);
            if (wrong is not null)
            {
                return new ContainerAsk.Refused(wrong);
            }

            slices.Add((slice, count));
        }

        return new ContainerAsk.Named(slices);
    }
}
