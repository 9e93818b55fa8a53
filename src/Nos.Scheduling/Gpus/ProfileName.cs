using System.Globalization;

namespace Nos.Scheduling.Gpus;

/// <summary>A MIG profile's name taken apart: <c>1g.10gb+me</c> is one compute slice, 10 GB, the media engines.</summary>
/// <param name="ComputeSlices">Unit: compute slices, the <c>g</c>; 1 or more.</param>
/// <param name="MemoryGB">Unit: the GB in the name, which is what requests are compared with; the instance has a little less. 0 on Thor.</param>
/// <param name="Engines">What the suffix says.</param>
public readonly record struct ProfileName(int ComputeSlices, int MemoryGB, MediaEngines Engines)
{
    /// <summary>Reads NVIDIA's spelling (<c>1g.10gb+me</c>) and that of resource names, where a <c>+</c> is written <c>.</c>.</summary>
    /// <returns>Whether <paramref name="text"/> is such a name. Nothing may stand before or after it.</returns>
    public static bool TryParse(string text, out ProfileName name)
    {
        name = default;
        var afterCompute = text.IndexOf("g.", StringComparison.Ordinal);
        var afterMemory = text.IndexOf("gb", StringComparison.Ordinal);
        if (afterCompute < 1 || afterMemory < afterCompute + 3
            || !IsCount(text.AsSpan(0, afterCompute), out var compute) || compute == 0
            || !IsCount(text.AsSpan(afterCompute + 2, afterMemory - afterCompute - 2), out var memory)
            || EnginesOf(text[(afterMemory + 2)..]) is not { } engines)
        {
            return false;
        }

        name = new ProfileName(compute, memory, engines);
        return true;
    }

    /// <summary>The name as NVIDIA writes it.</summary>
    public override string ToString() => $"{ComputeSlices}g.{MemoryGB}gb{Suffix}";

    private string Suffix => Engines switch
    {
        MediaEngines.One => "+me",
        MediaEngines.All => "+me.all",
        MediaEngines.None => "-me",
        MediaEngines.Graphics => "+gfx",
        _ => "",
    };

    private static MediaEngines? EnginesOf(string suffix) => suffix switch
    {
        "" => MediaEngines.Usual,
        "+me" or ".me" => MediaEngines.One,
        "+me.all" or ".me.all" => MediaEngines.All,
        "-me" => MediaEngines.None,
        "+gfx" or ".gfx" => MediaEngines.Graphics,
        _ => null,
    };

    private static bool IsCount(ReadOnlySpan<char> digits, out int value) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 9999
        && (digits.Length == 1 || digits[0] != '0');
}
