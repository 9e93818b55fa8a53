namespace Nos.Scheduling.Agent.Options;

/// <summary>What the process does.</summary>
internal enum AgentVerb
{
    /// <summary>No verb: the agent.</summary>
    Run,

    /// <summary>Keeps one MPS control daemon per shared GPU alive.</summary>
    Mps,

    /// <summary>Prints what NVML sees as JSON and ends; changes nothing.</summary>
    Probe,
}
