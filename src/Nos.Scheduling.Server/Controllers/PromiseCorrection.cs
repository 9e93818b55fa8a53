using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>A bound pod whose promise is not what it has.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Promise">What <c>nos.nebuly.com/slices</c> is to say; <see langword="null"/>: it is to go.</param>
internal sealed record PromiseCorrection(PodRecord Pod, string? Promise);
