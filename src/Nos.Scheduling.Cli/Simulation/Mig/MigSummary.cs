using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>What a run of <c>simulate mig</c> came to.</summary>
/// <param name="Arrived">Unit: pods.</param>
/// <param name="Placed">Unit: pods.</param>
/// <param name="Rejected">Unit: pods.</param>
/// <param name="AcceptedPercent">Unit: percent of the pods that arrived.</param>
/// <param name="MeanSlicesInUsePercent">Unit: percent of all memory slices; time average from hour 8 on, of a shorter run over all of it.</param>
/// <param name="RejectedSliceTimePercent">Unit: percent of the slice-hours asked for in that time.</param>
/// <param name="SlicesInUsePercentAtCapacity">Unit: percent; when the slices of all arrivals reached the capacity. <see langword="null"/> where they did not.</param>
/// <param name="ReusedPercent">Unit: percent of the placed pods that took over an idle slice, so that nothing was cut.</param>
/// <param name="Seconds">Unit: seconds spent deciding.</param>
/// <param name="DecisionsPerSecond">Arrivals decided in a second.</param>
internal sealed record MigSummary(
    [property: JsonPropertyName("arrived")] int Arrived,
    [property: JsonPropertyName("placed")] int Placed,
    [property: JsonPropertyName("rejected")] int Rejected,
    [property: JsonPropertyName("accepted_percent")] double AcceptedPercent,
    [property: JsonPropertyName("mean_slices_in_use_percent")] double MeanSlicesInUsePercent,
    [property: JsonPropertyName("rejected_slice_time_percent")] double RejectedSliceTimePercent,
    [property: JsonPropertyName("slices_in_use_percent_at_capacity")] double? SlicesInUsePercentAtCapacity,
    [property: JsonPropertyName("reused_percent")] double ReusedPercent,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("decisions_per_second")] double DecisionsPerSecond);
