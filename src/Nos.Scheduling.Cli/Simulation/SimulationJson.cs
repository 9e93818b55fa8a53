using System.Text.Json.Serialization;
using Nos.Scheduling.Cli.Simulation.Mig;

namespace Nos.Scheduling.Cli.Simulation;

/// <summary>How summaries are written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(MigSummary))]
internal sealed partial class SimulationJson : JsonSerializerContext;
