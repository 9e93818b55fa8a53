using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>A driver whose slices kubelet gives away: what is made is offered in the same step, what goes is taken back first, and nothing goes that kubelet gave away.</summary>
/// <param name="inner">What cuts the GPUs.</param>
/// <param name="offers">What kubelet is offered.</param>
/// <param name="cdi">Where the slices' CDI specifications are; <see langword="null"/>: nobody reads them.</param>
/// <param name="listed">For a reading: the spec's entry of a slice, for its id and resource; <see langword="null"/> where there is none.</param>
/// <param name="book">Who has what, as kubelet told last.</param>
/// <param name="time">The clock.</param>
internal sealed class ServedDriver(
    IGpuDriver inner,
    SliceOffers offers,
    Func<CdiFolder?> cdi,
    Func<MachineReading, Func<SlicePlace, SliceGoal?>> listed,
    Func<SliceBook> book,
    TimeProvider time) : IGpuDriver
{
    /// <summary>How long after a withdrawal kubelet may still give a slice away: it has no way to confirm.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    /// <summary>kubelet hears of a slice in a few milliseconds; longer it is not waited for, as a report can tell later that it has.</summary>
    private static readonly TimeSpan Hearing = TimeSpan.FromMilliseconds(50);

    private bool isSwept;
    private volatile bool isOpen;
    private volatile MachineReading last = MachineReading.Nothing;

    /// <summary>Whether this node's slices are ours to offer; where not, kubelet is told of nothing.</summary>
    public Func<bool> IsOurs { get; init; } = () => true;

    /// <summary>For a reading: what bound pods were promised and kubelet has not given them yet.</summary>
    public Func<MachineReading, IReadOnlySet<SlicePlace>> Owed { get; init; } = _ => new HashSet<SlicePlace>();

    /// <summary>Completes when kubelet has told once who has what; nothing is destroyed before.</summary>
    /// <exception cref="GpuDriverException">It has not for too long.</exception>
    public Func<CancellationToken, Task> HoldersKnown { get; init; } = _ => Task.CompletedTask;

    /// <summary>What <see cref="ReadAsync"/> returned last.</summary>
    public MachineReading Last => last;

    /// <summary>
    /// Whether the slices that bound pods have lost stand again; asked until it says yes once, as what is lost later kubelet has heard of, and knows whose it
    /// is. Before that kubelet hears of no resource of ours.
    /// </summary>
    public Func<bool> MayOffer { get; init; } = () => true;

    /// <summary>Whether the node is refused, as somebody else gives its GPUs away: what nobody has is unhealthy then, and no name is registered that was not.</summary>
    public Func<bool> IsRefused { get; init; } = () => false;

    private bool IsOpen => isOpen || (isOpen = !IsRefused() && MayOffer());

    /// <inheritdoc/>
    public async ValueTask<MachineReading> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // A slice that is made or goes while the machine is read would be lost, or come back from the dead.
            var cuts = offers.Cuts;
            var machine = await inner.ReadAsync(cancellation);
            if (!IsOurs())
            {
                // Another plugin may serve the same names here.
                offers.Retire();
                isOpen = false;
            }

            if (!IsOurs() || !IsOpen)
            {
                return last = Marked(machine);
            }

            var devices = SliceDevices.Of(machine, listed(machine), book(), IsRefused());
            offers.Introduce(SliceDevices.NamesOf(machine));
            Describe(devices);
            if (offers.Replace(devices, cuts))
            {
                return last = Marked(machine);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation)
    {
        await RespectAsync(place, cancellation);
        await inner.CreateAsync(place, cancellation);
        if (!IsOurs() || !IsOpen)
        {
            return;
        }

        var machine = await inner.ReadAsync(cancellation);
        foreach (var device in SliceDevices.Of(machine, listed(machine), book(), IsRefused()).Where(device => device.Place == place))
        {
            cdi()?.Write(device);
            offers.Put(device);
            await offers.CarryAsync(place, Hearing, cancellation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation)
    {
        await HoldersKnown(cancellation);
        await RespectAsync(place, cancellation);
        if (offers.Withdraw(place) is { } calledOff)
        {
            await Task.WhenAny(calledOff, Task.Delay(Settling, time, cancellation));
        }

        if (book().Uses.GetValueOrDefault(place) is { } holder)
        {
            offers.EndGoing(place, isGone: false);
            throw new GpuDriverException($"{holder.Pod} has {place.Id}, as kubelet tells meanwhile; it stays.");
        }

        if (Owed(last).Contains(place))
        {
            offers.EndGoing(place, isGone: false);
            throw new GpuDriverException($"A pod that was bound meanwhile was promised {place.Id}; it stays.");
        }

        if (!offers.BeginGoing(place))
        {
            throw new GpuDriverException($"kubelet gave {place.Id} to a container before it had heard that it goes; it stays.");
        }

        var isGone = false;
        try
        {
            // Cancelled or not, what has begun must end before anybody may have the slice.
            cancellation.ThrowIfCancellationRequested();
            await inner.DestroyAsync(place, CancellationToken.None);
            cdi()?.Remove(place);
            isGone = true;
        }
        finally
        {
            offers.EndGoing(place, isGone);
        }
    }

    /// <summary>What a pod has through another plugin stays as it is: the instance, and of a whole GPU also its mode.</summary>
    /// <exception cref="GpuDriverException">A pod has it.</exception>
    private async ValueTask RespectAsync(SlicePlace place, CancellationToken cancellation)
    {
        var foreign = book().Foreign;
        if (foreign.Count == 0 || (await inner.ReadAsync(cancellation)).Find(place.Gpu) is not { } gpu)
        {
            return;
        }

        if (foreign.Contains(gpu.Uuid))
        {
            throw new GpuDriverException($"A pod has GPU {place.Gpu} through another device plugin; it is left alone until that pod ends.");
        }

        if (gpu.Slices.FirstOrDefault(slice => slice.Shape == place.Shape)?.Uuid is { } uuid && foreign.Contains(uuid))
        {
            throw new GpuDriverException($"A pod has {place.Id} through another device plugin; it is left alone until that pod ends.");
        }
    }

    /// <summary>Writes the slices down for runtimes, before kubelet hears of them.</summary>
    private void Describe(IReadOnlyList<SliceDevice> devices)
    {
        foreach (var device in devices)
        {
            cdi()?.Write(device);
        }

        if (!isSwept)
        {
            isSwept = true;
            cdi()?.Keep(devices.Select(device => device.Place).ToHashSet());
        }
    }

    /// <summary>What Allocate gave away is in use, though nobody may be seen on it yet; and kubelet has to have been told of a slice for it to count.</summary>
    private MachineReading Marked(MachineReading machine)
    {
        var (granted, advertised, owed, foreign) = (offers.Granted, offers.Advertised, Owed(machine), book().Foreign);
        return machine with
        {
            Gpus = [.. machine.Gpus.Select(gpu => gpu with
            {
                Slices = [.. gpu.Slices.Select(slice => Marked(gpu, new SlicePlace(gpu.Index, slice.Shape), slice))],
            })],
        };

        LiveSlice Marked(GpuReading gpu, SlicePlace place, LiveSlice slice) => slice with
        {
            IsBusy = slice.IsBusy || granted.Contains(place) || foreign.Contains(gpu.Uuid) || (slice.Uuid is not null && foreign.Contains(slice.Uuid)),
            IsOwed = owed.Contains(place),
            IsAdvertised = advertised.Contains(place),
        };
    }
}
