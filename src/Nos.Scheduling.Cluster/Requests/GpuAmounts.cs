using System.Globalization;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Reads amounts of GPU resources out of a container.</summary>
internal static class GpuAmounts
{
    /// <summary>The amounts of resources that have to do with GPUs: limits, or requests where there is no limit. In ordinal order.</summary>
    internal static SortedDictionary<string, Quantity> Of(ContainerResources? resources)
    {
        var amounts = new SortedDictionary<string, Quantity>(StringComparer.Ordinal);
        foreach (var (key, amount) in (resources?.Limits ?? []).Concat(resources?.Requests ?? []))
        {
            if (IsGpu(key))
            {
                amounts.TryAdd(key, amount);
            }
        }

        return amounts;
    }

    /// <summary>A resource whose limit and request differ, which the API server would refuse; <see langword="null"/> where all agree.</summary>
    internal static string? Torn(ContainerResources? resources) => (resources?.Limits ?? [])
        .Where(limit => IsGpu(limit.Key) && resources!.Requests is { } requests
            && requests.TryGetValue(limit.Key, out var request) && request.Milli != limit.Value.Milli)
        .Select(limit => limit.Key)
        .Order(StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>Whether a key is a slice's name, or looks so much like one that it must be meant as one.</summary>
    /// <remarks>Names that end in <c>.shared</c> are those of NVIDIA's own plugin for time-sliced MIG instances.</remarks>
    internal static bool NamesSlice(string key) =>
        (key.StartsWith("nvidia.com/mig-", StringComparison.Ordinal) && !key.EndsWith(".shared", StringComparison.Ordinal))
        || (key.StartsWith("nvidia.com/gpu-", StringComparison.Ordinal) && key.EndsWith("gb", StringComparison.OrdinalIgnoreCase));

    /// <summary>Reads a whole number.</summary>
    /// <param name="container">Whose it is.</param>
    /// <param name="key">Of which resource or annotation.</param>
    /// <param name="amount">The amount.</param>
    /// <param name="unit">What it counts, in words.</param>
    /// <param name="most">The largest that makes sense; 1 is the least.</param>
    /// <returns>The number, or what is wrong with it.</returns>
    internal static (int Value, string? Wrong) Whole(string container, string key, Quantity amount, string unit, int most)
    {
        if (amount.IsValid && amount.IsWhole && amount.Value >= 1 && amount.Value <= most)
        {
            return ((int)amount.Value, null);
        }

        return (0, $"Container {container}: {key} is {amount}; it counts {unit}, so write a whole number from 1 to {most}, such as {Example(amount, most)}.");
    }

    private static bool IsGpu(string key) =>
        key is NosKeys.GpuMemory or NosKeys.GpuCompute or NosKeys.WholeGpu or PeerKeys.GpushareMemory || PeerKeys.IsHami(key) || NamesSlice(key);

    /// <summary>What was probably meant: 10 by 10Gi or 10G, 3 by 2.5, 1 by 0.</summary>
    private static string Example(Quantity amount, int most)
    {
        const long gibi = 1L << 30;
        const long giga = 1_000_000_000;
        var value = amount.Value;
        var meant = !amount.IsValid || value < 0 ? Math.Min(10, most)
            : value >= gibi && value % gibi == 0 ? value / gibi
            : value >= giga && value % giga == 0 ? value / giga
            : value;
        return Math.Clamp(meant, 1, most).ToString(CultureInfo.InvariantCulture);
    }
}
