namespace Nos.Scheduling.Fitting;

/// <summary>How many of each kind; compares by content.</summary>
internal readonly struct Counts(int[] values) : IEquatable<Counts>
{
    private readonly int[] values = values;

    internal bool IsZero => Array.TrueForAll(values, value => value == 0);

    internal int this[int kind] => values[kind];

    /// <summary>One more of a kind.</summary>
    internal Counts Plus(int kind)
    {
        var next = (int[])values.Clone();
        next[kind]++;
        return new Counts(next);
    }

    /// <summary>What is left when <paramref name="taken"/> is taken, never below zero.</summary>
    internal Counts Less(Counts taken)
    {
        var next = (int[])values.Clone();
        for (var kind = 0; kind < next.Length; kind++)
        {
            next[kind] = Math.Max(0, next[kind] - taken.values[kind]);
        }

        return new Counts(next);
    }

    /// <summary>Whether there is no less of any kind than in <paramref name="other"/>.</summary>
    internal bool Covers(Counts other)
    {
        for (var kind = 0; kind < values.Length; kind++)
        {
            if (values[kind] < other.values[kind])
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(Counts other) => values.AsSpan().SequenceEqual(other.values);

    public override bool Equals(object? obj) => obj is Counts other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var value in values)
        {
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}
