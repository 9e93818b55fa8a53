namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>A slice with what is known of its way to kubelet and from there. Changed only under the lock of <see cref="SliceOffers"/>.</summary>
/// <param name="device">The slice.</param>
/// <param name="since">The version of its resource's list that brought it.</param>
internal sealed class SliceOffer(SliceDevice device, long since)
{
    /// <summary>The slice.</summary>
    public SliceDevice Device { get; set; } = device;

    /// <summary>The first version of its resource's list that holds it as it is now.</summary>
    public long Since { get; set; } = since;

    /// <summary>How far it is on its way out.</summary>
    public OfferPhase Phase { get; set; }

    /// <summary>When Allocate gave it away, as long as kubelet has not told to whom; <see langword="null"/>: it did not, or kubelet has.</summary>
    public DateTimeOffset? GrantedAt { get; set; }

    /// <summary>Completes when its withdrawal is over: called off by an Allocate, or the driver is through.</summary>
    public TaskCompletionSource Over { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
