namespace Nos.Scheduling.Agent.Simulation;

/// <summary>How a step of the simulated driver goes wrong.</summary>
internal enum StepFault
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The driver says no.</summary>
    Refuse,

    /// <summary>The driver does not return for as long as the fault lasts.</summary>
    Hang,
}
