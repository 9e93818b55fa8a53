using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Planning;

/// <summary>How many nodes refuse a pod for one reason.</summary>
/// <param name="Refusal">The reason.</param>
/// <param name="Nodes">How many; 1 or more.</param>
public readonly record struct RefusalCount(Refusal Refusal, int Nodes)
{
    /// <summary>As kube-scheduler counts: <c>3 NoOpenPlacement</c>.</summary>
    public override string ToString() => $"{Nodes} {Refusal}";
}
