using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A slice that exists on the device.</summary>
/// <param name="Shape">What it takes of its GPU.</param>
/// <param name="Uuid">MIG: the instance's UUID, another one each time it is made. <see langword="null"/> for an MPS share.</param>
/// <param name="IsBusy">Whether the device shows a process on it, whatever kubelet says.</param>
internal sealed record LiveSlice(SliceShape Shape, string? Uuid, bool IsBusy = false)
{
    /// <summary>Why nobody should be given it, and what helps; <see langword="null"/> where nothing is wrong with it.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether kubelet has been told of it and may give it away; always so where no kubelet is asked.</summary>
    public bool IsAdvertised { get; init; } = true;

    /// <summary>Whether a bound pod was promised it and will take it: it is nobody's yet, but it does not go.</summary>
    public bool IsOwed { get; init; }
}
