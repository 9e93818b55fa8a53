using System.Runtime.CompilerServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>16 bytes in a row, as C writes <c>char[16]</c>.</summary>
[InlineArray(16)]
internal struct Bytes16
{
    private byte first;
}
