using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Allocating;

/// <summary>A slice as kubelet knows it.</summary>
/// <param name="Place">Which it is.</param>
/// <param name="Resource">The one name it is advertised under.</param>
internal readonly record struct AdvertisedSlice(SlicePlace Place, SliceResource Resource);
