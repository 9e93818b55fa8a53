using System.Runtime.CompilerServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>32 bytes in a row, as C writes <c>char[32]</c>.</summary>
[InlineArray(32)]
internal struct Bytes32
{
    private byte first;
}
