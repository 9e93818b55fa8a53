namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>One part of a label selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Values">The values; <see langword="null"/> asks whether the label is there at all.</param>
/// <param name="IsNegated">Whether it must not be so. A missing label is in no set of values.</param>
internal readonly record struct LabelRequirement(string Key, IReadOnlyList<string>? Values, bool IsNegated)
{
    /// <summary>Whether the label's value meets it; <see langword="null"/> stands for a missing label.</summary>
    public bool IsMetBy(string? value) => (value is not null && (Values is null || Values.Contains(value))) != IsNegated;
}
