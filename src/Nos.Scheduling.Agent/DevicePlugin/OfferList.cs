using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>What kubelet is told of one resource, and who listens. Changed only under the lock of <see cref="SliceOffers"/>.</summary>
/// <param name="resource">The resource's name.</param>
internal sealed class OfferList(string resource)
{
    /// <summary>The resource's name.</summary>
    public string Resource { get; } = resource;

    /// <summary>By id; those on their way out as well.</summary>
    public Dictionary<string, SliceOffer> Offers { get; } = new(StringComparer.Ordinal);

    /// <summary>The open calls, the newest last.</summary>
    public List<OfferStream> Streams { get; } = [];

    /// <summary>Grows with each change of what kubelet is told; from 1.</summary>
    public long Version { get; set; } = 1;

    /// <summary>How many calls there have been.</summary>
    public long Opened { get; set; }

    /// <summary>Whether it is ours no more: its calls end.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Completes with the next change.</summary>
    public TaskCompletionSource Changed { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What kubelet knows: the newest call is kubelet's present one, the others are about to end. 0 where none is open.</summary>
    public long Carried => Streams.Count == 0 ? 0 : Streams[^1].Carried;

    /// <summary>Notes a change, and wakes who waits for it.</summary>
    /// <returns>The new version.</returns>
    public long Advance()
    {
        var waiting = Changed;
        Changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.SetResult();
        return ++Version;
    }

    /// <summary>What a call is told now, by id.</summary>
    public IReadOnlyList<SliceDevice> Told =>
        [.. Offers.Values.Where(offer => offer.Phase == OfferPhase.Offered).Select(offer => offer.Device).OrderBy(device => device.Id, StringComparer.Ordinal)];

    /// <summary>Takes note of a new call.</summary>
    public OfferStream Open(OfferStream stream)
    {
        Streams.Add(stream);
        Opened++;
        return stream;
    }

    /// <summary>What the call is to be told where it has not read it, and what completes with the next change.</summary>
    /// <exception cref="RpcException">The resource is ours no more.</exception>
    public (IReadOnlyList<SliceDevice>? Devices, Task Changed) ReadFor(OfferStream stream)
    {
        if (IsRetired)
        {
            throw new RpcException(RpcStatus.NotFound, $"{Resource} is not offered here any more.");
        }

        var isNews = stream.Read != Version;
        stream.Read = Version;
        return (isNews ? Told : null, Changed.Task);
    }

    /// <summary>Whether kubelet has been told of the slice as it is now.</summary>
    public bool HasCarried(SliceOffer offer) => offer.Phase == OfferPhase.Offered && Carried >= offer.Since;

    /// <summary>The slice exists, as told.</summary>
    public void Put(SliceDevice device)
    {
        if (Offers.GetValueOrDefault(device.Id) is not { } known)
        {
            Offers[device.Id] = new SliceOffer(device, Advance());
        }
        else if (known.Device != device)
        {
            // Made anew under its old id it has to be told anew, though kubelet sees no difference.
            var isTold = known.Device.Uuid == device.Uuid && known.Device.IsHealthy == device.IsHealthy;
            (known.Device, known.Since) = (device, isTold ? known.Since : Advance());
        }
    }

    /// <summary>These slices and no others exist.</summary>
    public void Keep(IEnumerable<SliceDevice> devices)
    {
        var present = devices.ToDictionary(device => device.Id, StringComparer.Ordinal);
        foreach (var gone in Offers.Keys.Where(id => !present.ContainsKey(id)).ToList())
        {
            Drop(gone);
        }

        foreach (var device in present.Values)
        {
            Put(device);
        }
    }

    /// <summary>The slices of these ids.</summary>
    /// <exception cref="RpcException">One is not there.</exception>
    public List<SliceOffer> Find(IEnumerable<string> ids) =>
    [
        .. ids.Distinct(StringComparer.Ordinal).Select(id => Offers.GetValueOrDefault(id)
            ?? throw new RpcException(RpcStatus.NotFound, $"There is no slice {id} of {Resource}; it may have been destroyed a moment ago.")),
    ];

    /// <summary>The driver is through with the slice: it is gone, or offered again.</summary>
    public void EndGoing(SliceOffer offer, bool isGone)
    {
        if (isGone)
        {
            Drop(offer.Device.Id);
            return;
        }

        CallOff(offer);
    }

    /// <summary>The slice is gone.</summary>
    public void Drop(string id)
    {
        if (Offers.Remove(id, out var gone))
        {
            Advance();
            gone.Over.TrySetResult();
        }
    }

    /// <summary>The slice stays after all.</summary>
    public void CallOff(SliceOffer offer)
    {
        (offer.Phase, offer.Since) = (OfferPhase.Offered, Advance());
        offer.Over.TrySetResult();
    }

    /// <summary>The slices are a container's; those on their way out stay.</summary>
    public void Grant(IEnumerable<SliceOffer> offers, DateTimeOffset now)
    {
        foreach (var offer in offers)
        {
            offer.GrantedAt = now;
            if (offer.Phase == OfferPhase.Withdrawn)
            {
                CallOff(offer);
            }
        }
    }
}
