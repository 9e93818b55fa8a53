using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Allocating;

/// <summary>One slice that a bound pod needs.</summary>
/// <param name="Resource">The resource, as asked.</param>
/// <param name="Containers">Who uses it, in the order they start; more than one where a container takes over an init container's.</param>
internal sealed record PodNeed(SliceResource Resource, IReadOnlyList<string> Containers);
