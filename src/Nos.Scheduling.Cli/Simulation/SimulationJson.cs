using System.Text.Json.Serialization;
using Nos.Scheduling.Cli.Simulation.Mig;
using Nos.Scheduling.Cli.Simulation.Openb;

namespace Nos.Scheduling.Cli.Simulation;

/// <summary>How summaries are written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(MigSummary))]
[JsonSerializable(typeof(OpenbSummary))]
internal sealed partial class SimulationJson : JsonSerializerContext;
