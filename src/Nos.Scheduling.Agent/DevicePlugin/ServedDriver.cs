using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>A driver whose slices kubelet gives away: what is made is offered in the same step, what goes is taken back first, and nothing goes that kubelet gave away.</summary>
/// <param name="inner">What cuts the GPUs.</param>
/// <param name="offers">What kubelet is offered.</param>
/// <param name="cdi">Where the slices' CDI specifications are; <see langword="null"/>: nobody reads them.</param>
/// <param name="listed">The spec's entry of a slice, for its id and resource; <see langword="null"/> where there is none.</param>
/// <param name="book">Who has what, as kubelet told last.</param>
/// <param name="time">The clock.</param>
/// <param name="mayOffer">
/// Whether the slices that bound pods have lost stand again; asked until it says yes once. Before that kubelet hears of no resource of ours.
/// <see langword="null"/>: nothing is waited for.
/// </param>
internal sealed class ServedDriver(
    IGpuDriver inner, SliceOffers offers, CdiFolder? cdi, Func<SlicePlace, SliceGoal?> listed, Func<SliceBook> book, TimeProvider time, Func<bool>? mayOffer = null) : IGpuDriver
{
    /// <summary>How long after a withdrawal kubelet may still give a slice away: it has no way to confirm.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private bool isSwept;
    private volatile bool isOpen;

    /// <summary>Once open it stays so: what is lost later kubelet has heard of, and knows whose it is.</summary>
    private bool IsOpen => isOpen || (isOpen = mayOffer?.Invoke() ?? true);

    /// <inheritdoc/>
    public async ValueTask<MachineReading> ReadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            // A slice that is made or goes while the machine is read would be lost, or come back from the dead.
            var cuts = offers.Cuts;
            var machine = await inner.ReadAsync(cancellation);
            if (!IsOpen)
            {
                return Marked(machine);
            }

            var devices = SliceDevices.Of(machine, listed, book());
            offers.Introduce(SliceDevices.NamesOf(machine));
            Describe(devices);
            if (offers.Replace(devices, cuts))
            {
                return Marked(machine);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation)
    {
        await inner.CreateAsync(place, cancellation);
        if (!IsOpen)
        {
            return;
        }

        var machine = await inner.ReadAsync(cancellation);
        foreach (var device in SliceDevices.Of(machine, listed, book()).Where(device => device.Place == place))
        {
            cdi?.Write(device);
            offers.Put(device);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation)
    {
        if (offers.Withdraw(place) is { } calledOff)
        {
            await Task.WhenAny(calledOff, Task.Delay(Settling, time, cancellation));
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
            cdi?.Remove(place);
            isGone = true;
        }
        finally
        {
            offers.EndGoing(place, isGone);
        }
    }

    /// <summary>Writes the slices down for runtimes, before kubelet hears of them.</summary>
    private void Describe(IReadOnlyList<SliceDevice> devices)
    {
        foreach (var device in devices)
        {
            cdi?.Write(device);
        }

        if (!isSwept)
        {
            isSwept = true;
            cdi?.Keep(devices.Select(device => device.Place).ToHashSet());
        }
    }

    /// <summary>What Allocate gave away is in use, though nobody may be seen on it yet; and kubelet has to have been told of a slice for it to count.</summary>
    private MachineReading Marked(MachineReading machine)
    {
        var (granted, advertised) = (offers.Granted, offers.Advertised);
        return machine with
        {
            Gpus = [.. machine.Gpus.Select(gpu => gpu with
            {
                Slices = [.. gpu.Slices.Select(slice => Marked(new SlicePlace(gpu.Index, slice.Shape), slice))],
            })],
        };

        LiveSlice Marked(SlicePlace place, LiveSlice slice) => slice with { IsBusy = slice.IsBusy || granted.Contains(place), IsAdvertised = advertised.Contains(place) };
    }
}
