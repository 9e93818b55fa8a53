using System.Runtime.CompilerServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>96 bytes in a row, as C writes <c>char[96]</c>.</summary>
[InlineArray(96)]
internal struct Bytes96
{
    private byte first;
}
