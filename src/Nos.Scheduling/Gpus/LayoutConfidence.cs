namespace Nos.Scheduling.Gpus;

/// <summary>How sure the catalogue is of where a product's MIG instances may begin. What an agent reports is beyond doubt.</summary>
public enum LayoutConfidence
{
    /// <summary>Seen in the output of <c>nvidia-smi mig -lgipp</c> or of NVIDIA's DRA driver.</summary>
    Captured,

    /// <summary>DOUBTFUL: the names are documented, the starts taken from the layout with seven compute and eight memory slices, or from a like board.</summary>
    Inferred,

    /// <summary>VERY DOUBTFUL: no source tells the starts, or none the names; the most careful layout that agrees with what is known.</summary>
    Assumed,
}
