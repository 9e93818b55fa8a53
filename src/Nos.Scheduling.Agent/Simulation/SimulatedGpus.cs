using System.Globalization;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>The GPUs that a node gets where its labels name none, written <c>8xNVIDIA-A100-SXM4-80GB</c>.</summary>
/// <param name="Count">How many; 1 to <see cref="Most"/>.</param>
/// <param name="Product">The product as in <c>nvidia.com/gpu.product</c>; it need not be one of the catalogue.</param>
internal sealed record SimulatedGpus(int Count, string Product)
{
    /// <summary>The most GPUs of one node; no machine has as many.</summary>
    public const int Most = 64;

    /// <summary>Reads the text.</summary>
    /// <returns>The GPUs; <see langword="null"/> where it cannot be read.</returns>
    public static SimulatedGpus? Parse(string text)
    {
        var by = text.IndexOf('x', StringComparison.Ordinal);
        return by > 0 && by < text.Length - 1 && ReadCount(text[..by]) is { } count ? new SimulatedGpus(count, text[(by + 1)..]) : null;
    }

    /// <summary>Reads a number of GPUs; <see langword="null"/> where it is none.</summary>
    public static int? ReadCount(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most ? count : null;
}
