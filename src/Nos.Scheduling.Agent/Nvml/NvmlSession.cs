namespace Nos.Scheduling.Agent.Nvml;

/// <summary>An open session with the driver. One lives as long as the driver does: opening and closing are costly.</summary>
internal sealed class NvmlSession : IDisposable
{
    private NvmlSession(string driver, IReadOnlyList<(uint, NvmlDevice?, NvmlException?)> devices) => (Driver, Devices) = (driver, devices);

    /// <summary>The driver's version, such as <c>580.95.05</c>.</summary>
    public string Driver { get; }

    /// <summary>Every GPU with its handle, or with why there is none: a GPU that is lost.</summary>
    public IReadOnlyList<(uint Index, NvmlDevice? Device, NvmlException? Fault)> Devices { get; }

    /// <summary>Opens a session and takes all handles.</summary>
    /// <exception cref="NvmlException">No library, no driver, or no right to it.</exception>
    public static NvmlSession Open()
    {
        NvmlCall.Check("nvmlInit_v2", NvmlLibrary.Init);
        try
        {
            var text = new byte[NvmlText.Length];
            NvmlCall.Check("nvmlSystemGetDriverVersion", () => NvmlLibrary.SystemGetDriverVersion(ref text[0], NvmlText.Length));
            var count = 0u;
            NvmlCall.Check("nvmlDeviceGetCount_v2", () => NvmlLibrary.DeviceGetCount(out count));
            return new NvmlSession(NvmlText.Read(text), [.. Enumerable.Range(0, (int)count).Select(index => Handle((uint)index))]);
        }
        catch (NvmlException)
        {
            _ = NvmlCall.Try(NvmlLibrary.Shutdown);
            throw;
        }
    }

    /// <summary>Closes the session. That it was lost before is no error.</summary>
    public void Dispose() => _ = NvmlCall.Try(NvmlLibrary.Shutdown);

    /// <summary>The handle of a GPU as it is now.</summary>
    /// <exception cref="NvmlException">There is none.</exception>
    internal static NvmlDevice DeviceAt(uint index)
    {
        var handle = default(nint);
        NvmlCall.Check("nvmlDeviceGetHandleByIndex_v2", () => NvmlLibrary.DeviceGetHandleByIndex(index, out handle));
        return new NvmlDevice(index, handle);
    }

    private static (uint, NvmlDevice?, NvmlException?) Handle(uint index)
    {
        try
        {
            return (index, DeviceAt(index), null);
        }
        catch (NvmlException lost)
        {
            return (index, null, lost);
        }
    }
}
