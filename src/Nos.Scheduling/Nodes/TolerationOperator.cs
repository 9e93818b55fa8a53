namespace Nos.Scheduling.Nodes;

/// <summary>How a toleration compares values.</summary>
public enum TolerationOperator
{
    /// <summary>The taint's value must be the same.</summary>
    Equal,

    /// <summary>Any value will do.</summary>
    Exists,

    /// <summary>An operator that is not known here: it tolerates nothing, as in kube-scheduler.</summary>
    Unknown,
}
