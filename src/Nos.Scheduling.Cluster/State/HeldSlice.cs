using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.State;

/// <summary>A slice that a pod has, as its node's agent reports it.</summary>
/// <param name="Slice">The slice; its container is empty where the report does not name it.</param>
/// <param name="Resource">The name that it is advertised under; <see langword="null"/> where it has none that makes sense.</param>
public readonly record struct HeldSlice(PromisedSlice Slice, SliceResource? Resource);
