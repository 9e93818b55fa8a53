using System.CommandLine;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Cli.Quotas;

/// <summary>Which quotas are to be shown, and how.</summary>
/// <param name="Namespace">Only those that lie in it or are over it; <see langword="null"/> for all.</param>
/// <param name="Format"><c>table</c>, <c>json</c> or <c>yaml</c>.</param>
/// <param name="GpuMemoryPerGpu">Unit: GB that one whole GPU counts.</param>
internal sealed record TopQuotasRequest(string? Namespace, string Format, long GpuMemoryPerGpu)
{
    /// <summary>Those that were asked for.</summary>
    internal QuotaView[] Select(IEnumerable<QuotaView> quotas) =>
        [.. quotas.Where(quota => Namespace is null || quota.Key.Namespace == Namespace || quota.Namespaces.Contains(Namespace))];

    /// <summary>Shows those that were asked for. What others borrow and lend counts all the same.</summary>
    internal void Show(IReadOnlyList<QuotaView> quotas, InvocationConfiguration streams)
    {
        var asked = Select(quotas);
        if (Format != "table")
        {
            OutputFormat.Write(Format, QuotaListing.Of(asked), streams.Output);
        }
        else if (asked.Length == 0)
        {
            streams.Error.WriteLine(Namespace is null
                ? "No quotas: nothing is guaranteed to anybody; see kubectl explain elasticquota.spec."
                : $"No quota lies in namespace {Namespace} or is over it: its pods are not judged by quotas.");
        }
        else
        {
            QuotaTable.Write(asked, Terminal.On(streams.Output).Profile.Width, streams.Output);
        }
    }
}
