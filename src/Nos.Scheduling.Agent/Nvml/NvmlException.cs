namespace Nos.Scheduling.Agent.Nvml;

/// <summary>An NVML call that failed. It stays within this folder: what it means for a slice or for the node is said by <see cref="NvmlReaction"/>.</summary>
/// <param name="call">NVML's name of the call.</param>
/// <param name="code">What it returned.</param>
internal sealed class NvmlException(string call, NvmlReturn code) : Exception($"{call}: {NameOf(code)} ({(int)code})")
{
    /// <summary>NVML's name of the call.</summary>
    public string Call { get; } = call;

    /// <summary>What it returned; never <see cref="NvmlReturn.Success"/>.</summary>
    public NvmlReturn Code { get; } = code;

    /// <summary>The code as nvml.h writes it, <c>NVML_ERROR_IN_USE</c>: what people search for.</summary>
    internal static string NameOf(NvmlReturn code) =>
        $"NVML_ERROR{string.Concat((Enum.IsDefined(code) ? code : NvmlReturn.Unknown).ToString().Select(letter => char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"))}";
}
