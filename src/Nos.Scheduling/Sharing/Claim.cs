namespace Nos.Scheduling.Sharing;

/// <summary>What pods that insist on certain places will ask for.</summary>
/// <param name="Seen">Unit: pods, recent ones counting in full.</param>
/// <param name="Expected">Unit: GPUs, or places of one size.</param>
/// <param name="Variance">Of what is expected, were the mix known for sure.</param>
internal readonly record struct Claim(double Seen, double Expected, double Variance)
{
    /// <summary>Both together.</summary>
    internal Claim Plus(Claim other) => new(Seen + other.Seen, Expected + other.Expected, Variance + other.Variance);

    /// <summary>How likely it is that more will be asked for than <paramref name="supply"/>; the fewer pods were seen, the less is sure.</summary>
    internal double Shortage(double supply) =>
        NormalTail.Above((supply - Expected) / Math.Sqrt(Variance + (Expected * Expected / (Seen + 1)) + 1e-9));
}
