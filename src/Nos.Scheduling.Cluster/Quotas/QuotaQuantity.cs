using System.Globalization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Writes amounts in the unit of quotas as Kubernetes writes quantities. Equal amounts, equal words.</summary>
public static class QuotaQuantity
{
    private static readonly string[] Suffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>cpu <c>1500m</c> or <c>2</c>; what counts bytes with the largest suffix that leaves a whole number, <c>1536Mi</c>; all else plain.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="amount">Unit: thousandths of cpu, bytes, pieces, GB of GPU memory.</param>
    public static Quantity Of(string resource, long amount) => resource switch
    {
        "cpu" => amount % 1000 == 0 ? Quantity.Of(amount / 1000) : new Quantity(string.Create(CultureInfo.InvariantCulture, $"{amount}m")),
        "memory" or "ephemeral-storage" => Bytes(amount),
        _ => resource.StartsWith("hugepages-", StringComparison.Ordinal) ? Bytes(amount) : Quantity.Of(amount),
    };

    private static Quantity Bytes(long amount)
    {
        var suffix = 0;
        for (; amount != 0 && amount % 1024 == 0; amount /= 1024)
        {
            suffix++;
        }

        return new Quantity(string.Create(CultureInfo.InvariantCulture, $"{amount}{Suffixes[suffix]}"));
    }
}
