using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>What a run of <c>simulate openb</c> came to.</summary>
/// <param name="Arrived">Unit: pods.</param>
/// <param name="Placed">Unit: pods.</param>
/// <param name="Rejected">Unit: pods.</param>
/// <param name="GpuAllocationPercent">Unit: percent of all GPUs. Key: percent of all GPUs asked for by then; <see langword="null"/> where the arrivals end before.</param>
/// <param name="Seconds">Unit: seconds spent deciding.</param>
/// <param name="DecisionsPerSecond">Arrivals decided in a second.</param>
internal sealed record OpenbSummary(
    [property: JsonPropertyName("arrived")] int Arrived,
    [property: JsonPropertyName("placed")] int Placed,
    [property: JsonPropertyName("rejected")] int Rejected,
    [property: JsonPropertyName("gpu_allocation_percent")] IReadOnlyDictionary<string, double?> GpuAllocationPercent,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("decisions_per_second")] double DecisionsPerSecond);
