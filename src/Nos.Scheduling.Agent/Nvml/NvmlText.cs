using System.Text;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Reads text out of C buffers.</summary>
internal static class NvmlText
{
    /// <summary>Unit: bytes; enough for every text that NVML tells (NVML_DEVICE_NAME_V2_BUFFER_SIZE, NVML_DEVICE_UUID_V2_BUFFER_SIZE).</summary>
    internal const int Length = 96;

    /// <summary>What stands before the first zero, or all of it.</summary>
    internal static string Read(ReadOnlySpan<byte> buffer)
    {
        var end = buffer.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? buffer : buffer[..end]);
    }
}
