using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>A pod whose slice is no more.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Why">What happened, in a sentence.</param>
internal sealed record SliceLoser(PodRecord Pod, string Why);
