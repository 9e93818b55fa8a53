using System.Globalization;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Options;

/// <summary>The GPUs of a simulated node whose labels do not say: <c>8xNVIDIA-A100-SXM4-80GB</c>.</summary>
/// <param name="Count">1 to 16.</param>
/// <param name="Model">What they are.</param>
internal sealed record SimulatedGpus(int Count, GpuModel Model)
{
    /// <summary>The type of the flag's values.</summary>
    internal static FlagKind<SimulatedGpus> Kind { get; } = new("COUNTxPRODUCT", "COUNTxPRODUCT with 1 to 16 GPUs", Read, gpus => gpus.ToString());

    /// <summary>As the flag is written.</summary>
    public override string ToString() => $"{Count}x{Model.Product}";

    private static FlagReading<SimulatedGpus> Read(string text)
    {
        var by = text.IndexOf('x', StringComparison.Ordinal);
        return by > 0 && int.TryParse(text.AsSpan(0, by), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= 16
            ? GpuProducts.Read(text[(by + 1)..]).Then(model => new FlagReading<SimulatedGpus>(new SimulatedGpus(count, model), null))
            : new(null, $"must be {Kind.Allowed}, such as 8xNVIDIA-A100-SXM4-80GB");
    }
}
