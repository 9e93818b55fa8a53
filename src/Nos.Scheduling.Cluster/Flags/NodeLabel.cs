namespace Nos.Scheduling.Cluster.Flags;

/// <summary>A label with its value: <c>nos.nebuly.com/simulated=true</c>.</summary>
/// <param name="Key">With its prefix, if it has one.</param>
/// <param name="Value">May be empty.</param>
public sealed record NodeLabel(string Key, string Value)
{
    /// <summary>As a selector of the Kubernetes API and as the flag is written.</summary>
    public override string ToString() => $"{Key}={Value}";
}
