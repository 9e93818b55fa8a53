using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>One slice that a pod needs.</summary>
/// <param name="Resource">Its resource, as asked: maybe by an alias.</param>
/// <param name="Mps">What is asked of an MPS GPU beside memory.</param>
public readonly record struct SliceRequest(SliceResource Resource, MpsDemand Mps = default);
