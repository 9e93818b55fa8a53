namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>One ListAndWatch call that is open. A slow one misses lists between, never the newest.</summary>
/// <param name="offers">What it shows.</param>
/// <param name="list">The list of its resource.</param>
internal sealed class OfferStream(SliceOffers offers, OfferList list) : IDisposable
{
    /// <summary>The version that was read last; 0: none.</summary>
    public long Read { get; set; }

    /// <summary>The version that was carried to the end last; 0: none.</summary>
    public long Carried { get; set; }

    /// <summary>Waits for a list that is newer than the one read last.</summary>
    public async Task<IReadOnlyList<SliceDevice>> NextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (devices, changed) = offers.ReadFor(list, this);
            if (devices is not null)
            {
                return devices;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>The list that was read last has been written out.</summary>
    public void ConfirmCarried() => offers.Confirm(this);

    /// <summary>The call is over.</summary>
    public void Dispose() => offers.Close(list, this);
}
