namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Something that must hold and does not.</summary>
/// <param name="Rule">What.</param>
/// <param name="Text">Of which objects, and how they stand.</param>
public sealed record Violation(Invariant Rule, string Text)
{
    public override string ToString() => $"{Rule}: {Text}";
}
