namespace Nos.Scheduling.Nodes;

/// <summary>Which taints a pod puts up with.</summary>
/// <param name="Key">The taint's key; empty: any.</param>
/// <param name="Operator">How values are compared.</param>
/// <param name="Value">The value to compare with.</param>
/// <param name="Effect">The taint's effect; <see langword="null"/>: any.</param>
/// <remarks>
/// How long a pod may stay on a node that is tainted later (<c>tolerationSeconds</c>) is not for placing to judge: kube-scheduler ignores it as well.
/// Source: k8s.io/api core/v1 <c>Toleration.ToleratesTaint</c>.
/// </remarks>
public readonly record struct Toleration(string Key, TolerationOperator Operator, string Value, TaintEffect? Effect)
{
    /// <summary>Whether the pod puts up with that taint.</summary>
    public bool Tolerates(Taint taint) =>
        (Effect is null || Effect == taint.Effect)
        && (Key.Length == 0 || Key == taint.Key)
        && Operator switch
        {
            TolerationOperator.Exists => true,
            TolerationOperator.Equal => Value == taint.Value,
            _ => false,
        };
}
