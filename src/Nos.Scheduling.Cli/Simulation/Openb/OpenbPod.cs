using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>One pod of the trace.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Order">The input's number of it; <see langword="null"/> where the file has none.</param>
/// <param name="Demand">What it asks for.</param>
internal sealed record OpenbPod(string Name, long? Order, ShareDemand Demand);
