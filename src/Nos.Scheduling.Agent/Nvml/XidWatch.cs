namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Waits for XID errors in a thread of its own, for as long as the session is open. A driver that tells no events is none the worse.</summary>
internal sealed class XidWatch : IDisposable
{
    /// <summary>How long a wait may keep the session from being closed: NVML cannot be woken.</summary>
    private const uint WaitMilliseconds = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly nint set;
    private readonly Dictionary<nint, string> uuids;
    private readonly Action<XidEvent> happened;
    private readonly ManualResetEventSlim stopping = new();
    private readonly Thread thread;

    private XidWatch(nint set, Dictionary<nint, string> uuids, Action<XidEvent> happened)
    {
        (this.set, this.uuids, this.happened) = (set, uuids, happened);
        thread = new Thread(Wait) { IsBackground = true, Name = "XID" };
        thread.Start();
    }

    /// <summary>Begins to wait.</summary>
    /// <param name="devices">The GPUs of the open session.</param>
    /// <param name="happened">Told of each error, from another thread. Quick.</param>
    /// <returns><see langword="null"/> where NVML tells no events, of no GPU.</returns>
    internal static XidWatch? Start(IEnumerable<NvmlDevice> devices, Action<XidEvent> happened)
    {
        var set = default(nint);
        if (NvmlCall.Try(() => NvmlLibrary.EventSetCreate(out set)) != NvmlReturn.Success)
        {
            return null;
        }

        var uuids = new Dictionary<nint, string>();
        foreach (var device in devices)
        {
            try
            {
                if (NvmlCall.Try(() => NvmlLibrary.DeviceRegisterEvents(device.Handle, EventRecord.Xid, set)) == NvmlReturn.Success)
                {
                    uuids[device.Handle] = device.Uuid;
                }
            }
            catch (NvmlException)
            {
                // Lost by now: reading it says so.
            }
        }

        if (uuids.Count == 0)
        {
            _ = NvmlCall.Try(() => NvmlLibrary.EventSetFree(set));
            return null;
        }

        return new XidWatch(set, uuids, happened);
    }

    /// <summary>Ends the waiting; returns when no call is going on any more.</summary>
    public void Dispose()
    {
        stopping.Set();
        thread.Join();
        stopping.Dispose();
        _ = NvmlCall.Try(() => NvmlLibrary.EventSetFree(set));
    }

    private void Wait()
    {
        while (!stopping.IsSet)
        {
            var record = default(EventRecord);
            switch (NvmlCall.Try(() => NvmlLibrary.EventSetWait(set, out record, WaitMilliseconds)))
            {
                case NvmlReturn.Success:
                    Tell(record);
                    break;
                case NvmlReturn.Timeout:
                    break;
                default:
                    // A lost GPU, or a driver that went: the next reading finds it, and opens the session anew.
                    stopping.Wait(Pause);
                    break;
            }
        }
    }

    private void Tell(EventRecord record)
    {
        if (record.Type == EventRecord.Xid && uuids.TryGetValue(record.Device, out var uuid))
        {
            happened(new XidEvent(uuid, record.GpuInstanceId == EventRecord.NoInstance ? null : record.GpuInstanceId, record.Payload));
        }
    }
}
