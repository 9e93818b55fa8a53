namespace Nos.Scheduling.Nodes;

/// <summary>How a requirement compares a node's label.</summary>
public enum SelectorOperator
{
    /// <summary>The label is there, with one of the values.</summary>
    In,

    /// <summary>The label is not there, or has none of the values.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is not there.</summary>
    DoesNotExist,

    /// <summary>The label is there, and is a whole number above the one value.</summary>
    Gt,

    /// <summary>The label is there, and is a whole number below the one value.</summary>
    Lt,

    /// <summary>An operator that is not known here: nothing matches it.</summary>
    Unknown,
}
