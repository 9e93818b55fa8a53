using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Allocating;

/// <summary>A slice that a bound pod was promised and does not have yet.</summary>
/// <param name="Pod">Namespace and name.</param>
/// <param name="Container">The first container that uses it.</param>
/// <param name="Resource">What it is asked for as.</param>
/// <param name="Place">Which it is.</param>
internal sealed record OwedSlice(string Pod, string Container, SliceResource Resource, SlicePlace Place);
