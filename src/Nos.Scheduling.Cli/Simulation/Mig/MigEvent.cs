namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>One line of the events.</summary>
/// <param name="Order">The input's own number of it.</param>
/// <param name="IsArrival">Whether the pod comes; else it leaves.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Profile">What it asks for.</param>
/// <param name="Hours">Unit: hours since the start; the line's number where the file has no times.</param>
internal readonly record struct MigEvent(long Order, bool IsArrival, string Pod, string Profile, double Hours);
