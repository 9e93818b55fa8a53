using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>What kubelet is offered: every resource with its slices, which of them it has been told of, and which it has given away.</summary>
/// <remarks>
/// The one lock between kubelet's Allocate and the driver's destroying. A slice goes in three steps: withdrawn, so that kubelet hears of it;
/// a while later going, unless an Allocate came in between and called it off; gone. Whoever allocates while it is going hears how that ended.
/// </remarks>
/// <param name="time">The clock.</param>
internal sealed class SliceOffers(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly OfferTable table = new();
    private long cuts;

    /// <summary>Something came about that a report would tell: kubelet was told, or gave away. Must be short and must not throw.</summary>
    public event Action? Changed;

    /// <summary>There are more resources, or a call has ended. Must be short and must not throw.</summary>
    public event Action? RegistrationDue;

    /// <summary>The names of all resources, and how it stands with kubelet's calls about them.</summary>
    public IReadOnlyList<(string Resource, bool IsWatched, long Opened)> Resources => Locked(() => table.Resources);

    /// <summary>How many slices there are of each resource; none of those that have none.</summary>
    public IReadOnlyDictionary<string, int> Counts => Locked(() => table.Counts);

    /// <summary>The slices that kubelet may give away at this moment as far as it has been told: a call that is open has carried them, free to take.</summary>
    public IReadOnlySet<SlicePlace> Advertised => Locked(() => table.Advertised);

    /// <summary>The slices that Allocate gave away and that kubelet has not named a holder of yet.</summary>
    public IReadOnlySet<SlicePlace> Granted => Locked(() => table.Granted);

    /// <summary>Has kubelet know these resources, with no slices to begin with. Known ones stay as they are.</summary>
    public void Introduce(IEnumerable<string> resources)
    {
        var isNews = false;
        lock (gate)
        {
            foreach (var resource in resources)
            {
                isNews |= table.Introduce(resource);
            }
        }

        if (isNews)
        {
            RegistrationDue?.Invoke();
        }
    }

    /// <summary>This node is not ours, or no more: kubelet forgets all resources.</summary>
    public void Retire()
    {
        bool hadAny;
        lock (gate)
        {
            hadAny = table.Retire();
        }

        if (hadAny)
        {
            RegistrationDue?.Invoke();
        }
    }

    /// <summary>Grows when the driver has made or destroyed a slice: a reading that was begun before that is out of date.</summary>
    public long Cuts => Locked(() => cuts);

    /// <summary>These slices and no others exist. What is withdrawn stays so; resources are kept when their last slice has gone.</summary>
    /// <param name="devices">The slices.</param>
    /// <param name="asOf"><see cref="Cuts"/> before they were read.</param>
    /// <returns>Whether that was still true; else nothing has changed.</returns>
    public bool Replace(IReadOnlyCollection<SliceDevice> devices, long asOf)
    {
        Introduce(devices.Select(device => device.Resource.Name).Distinct());
        lock (gate)
        {
            var present = devices.ToLookup(device => device.Resource.Name);
            foreach (var list in asOf == cuts ? table.Lists : [])
            {
                list.Keep(present[list.Resource]);
            }

            return asOf == cuts;
        }
    }

    /// <summary>That slice has been made.</summary>
    public void Put(SliceDevice device)
    {
        Introduce([device.Resource.Name]);
        lock (gate)
        {
            cuts++;
            table.ListOf(device.Resource.Name)!.Put(device);
        }
    }

    /// <summary>Waits until kubelet has been told of the slice, or it is clear that it will not be soon.</summary>
    /// <param name="place">The slice.</param>
    /// <param name="limit">No longer than that.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task CarryAsync(SlicePlace place, TimeSpan limit, CancellationToken cancellation)
    {
        var carried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Changed += Look;
        try
        {
            Look();
            await Task.WhenAny(carried.Task, Task.Delay(limit, time, cancellation));
        }
        finally
        {
            Changed -= Look;
        }

        void Look()
        {
            lock (gate)
            {
                if (table.Find(place) is not var (list, offer) || list.Streams.Count == 0 || list.HasCarried(offer))
                {
                    carried.TrySetResult();
                }
            }
        }
    }

    /// <summary>Begins to take a slice back; kubelet is told at once.</summary>
    /// <returns>
    /// How it stands: completes when an Allocate has called it off. <see langword="null"/> where kubelet was never told of it, and nothing is to be waited for.
    /// </returns>
    /// <exception cref="GpuDriverException">kubelet has given it away already.</exception>
    public Task? Withdraw(SlicePlace place)
    {
        lock (gate)
        {
            if (table.Find(place) is not var (list, offer))
            {
                return null;
            }

            if (offer.GrantedAt is not null)
            {
                throw new GpuDriverException($"kubelet has given {place.Id} to a container.");
            }

            var isKnown = list.Streams.Exists(stream => stream.Read >= offer.Since);
            (offer.Phase, offer.Over) = (OfferPhase.Withdrawn, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            list.Advance();
            return isKnown ? offer.Over.Task : null;
        }
    }

    /// <summary>The slice is to be destroyed now: from here on an Allocate waits for <see cref="EndGoing"/>.</summary>
    /// <returns>Whether nobody has allocated it meanwhile.</returns>
    public bool BeginGoing(SlicePlace place)
    {
        lock (gate)
        {
            if (table.Find(place) is not var (_, offer))
            {
                return true;
            }

            var isFree = offer.Phase == OfferPhase.Withdrawn && offer.GrantedAt is null;
            offer.Phase = isFree ? OfferPhase.Going : offer.Phase;
            return isFree;
        }
    }

    /// <summary>The driver is through with it.</summary>
    /// <param name="place">The slice.</param>
    /// <param name="isGone">Whether it was destroyed; else it is offered again.</param>
    public void EndGoing(SlicePlace place, bool isGone)
    {
        lock (gate)
        {
            cuts += isGone ? 1 : 0;
            if (table.Find(place) is var (list, offer))
            {
                list.EndGoing(offer, isGone);
            }
        }
    }

    /// <summary>Gives slices away, all or none. What was on its way out stays; what is being destroyed is waited for.</summary>
    /// <exception cref="RpcException">There is no such slice, or it was destroyed a moment ago.</exception>
    public async Task<IReadOnlyList<SliceDevice>> GrantAsync(string resource, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        IReadOnlyList<SliceDevice> granted;
        while (true)
        {
            Task busy;
            lock (gate)
            {
                if (table.ListOf(resource) is not { } list)
                {
                    throw new RpcException(RpcStatus.NotFound, $"{resource} is not offered here.");
                }

                var offers = list.Find(ids);
                if (offers.Find(offer => offer.Phase == OfferPhase.Going) is not { } going)
                {
                    list.Grant(offers, time.GetUtcNow());
                    granted = [.. offers.Select(offer => offer.Device)];
                    break;
                }

                busy = going.Over.Task;
            }

            await busy.WaitAsync(cancellation);
        }

        Changed?.Invoke();
        return granted;
    }

    /// <summary>Takes back what was given away in vain: the container does not start.</summary>
    public void Revoke(IEnumerable<SliceDevice> devices)
    {
        lock (gate)
        {
            foreach (var device in devices)
            {
                if (table.Find(device.Place) is var (_, offer))
                {
                    offer.GrantedAt = null;
                }
            }
        }

        Changed?.Invoke();
    }

    /// <summary>kubelet has told who has what: a slice that it names a holder of is known by that from now on, and one that it has not named for long was given away in vain.</summary>
    /// <param name="held">What has a holder.</param>
    /// <param name="askedAt">When kubelet was asked.</param>
    /// <param name="patience">How long after an Allocate kubelet may not have named the holder yet.</param>
    public void Settle(IReadOnlySet<SlicePlace> held, DateTimeOffset askedAt, TimeSpan patience)
    {
        lock (gate)
        {
            foreach (var offer in table.Offers.Where(offer => offer.GrantedAt < askedAt && (held.Contains(offer.Device.Place) || offer.GrantedAt + patience < askedAt)))
            {
                offer.GrantedAt = null;
            }
        }
    }

    /// <summary>Opens a call about a resource; <see langword="null"/> where there is no such resource.</summary>
    public OfferStream? Open(string resource) => Locked(() => table.ListOf(resource) is { } list ? list.Open(new OfferStream(this, list)) : null);

    /// <summary>For <see cref="OfferStream"/>: the newest list where the call has not read it, and what completes with the next.</summary>
    public (IReadOnlyList<SliceDevice>? Devices, Task Changed) ReadFor(OfferList list, OfferStream stream) => Locked(() => list.ReadFor(stream));

    /// <summary>For <see cref="OfferStream"/>: what it read last is out.</summary>
    public void Confirm(OfferStream stream)
    {
        lock (gate)
        {
            stream.Carried = stream.Read;
        }

        Changed?.Invoke();
    }

    /// <summary>For <see cref="OfferStream"/>: it is over.</summary>
    public void Close(OfferList list, OfferStream stream)
    {
        lock (gate)
        {
            list.Streams.Remove(stream);
        }

        Changed?.Invoke();
        RegistrationDue?.Invoke();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }
}
