namespace Nos.Scheduling.Nodes;

/// <summary>What keeps pods off a node unless they tolerate it.</summary>
/// <param name="Key">Its key; never empty.</param>
/// <param name="Value">Its value; empty where it has none.</param>
/// <param name="Effect">What it does.</param>
public readonly record struct Taint(string Key, string Value, TaintEffect Effect)
{
    /// <summary>Whether it keeps pods off; <see cref="TaintEffect.PreferNoSchedule"/> does not.</summary>
    public bool Blocks => Effect is TaintEffect.NoSchedule or TaintEffect.NoExecute;

    /// <summary>The taint as kubectl writes it, <c>dedicated=ml:NoSchedule</c>.</summary>
    public override string ToString() => $"{Key}{(Value.Length == 0 ? "" : "=")}{Value}:{Effect}";
}
