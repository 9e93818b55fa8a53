using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>What all simulated nodes of a process share.</summary>
/// <param name="Writes">The API server.</param>
/// <param name="Options">The operator's decisions.</param>
/// <param name="Faults">What goes wrong.</param>
/// <param name="Files">Where slices survive; <see langword="null"/>: in the reports.</param>
/// <param name="WakeUps">The one timer.</param>
/// <param name="Complaints">What was said already.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">Told of what nodes do.</param>
internal sealed record SimulationContext(
    QueuedWrites Writes,
    AgentOptions Options,
    SimulatedFaults Faults,
    StateFiles? Files,
    WakeUps WakeUps,
    Complaints Complaints,
    AgentMetrics Metrics,
    TimeProvider Time,
    ILogger Logger);
