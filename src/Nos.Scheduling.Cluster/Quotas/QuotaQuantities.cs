using System.Globalization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Writes amounts as Kubernetes quantities: <see cref="QuotaReading.Read(string, Quantity)"/> reads the same amount back.</summary>
public static class QuotaQuantities
{
    /// <summary>The amount: cpu in cores or thousandths, what counts bytes with the largest binary suffix that leaves it whole, all else plain.</summary>
    /// <param name="resource">Of what.</param>
    /// <param name="amount">Unit: as in quotas.</param>
    public static Quantity Of(string resource, long amount) => new(resource switch
    {
        "cpu" => amount % 1000 == 0 ? Text(amount / 1000) : $"{Text(amount)}m",
        "memory" or "ephemeral-storage" => Bytes(amount),
        _ when resource.StartsWith("hugepages-", StringComparison.Ordinal) => Bytes(amount),
        _ => Text(amount),
    });

    private static string Bytes(long amount) => amount switch
    {
        0 => "0",
        _ when amount % (1L << 30) == 0 => $"{Text(amount >> 30)}Gi",
        _ when amount % (1L << 20) == 0 => $"{Text(amount >> 20)}Mi",
        _ when amount % (1L << 10) == 0 => $"{Text(amount >> 10)}Ki",
        _ => Text(amount),
    };

    private static string Text(long amount) => amount.ToString(CultureInfo.InvariantCulture);
}
