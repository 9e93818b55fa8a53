namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What a <see cref="NosPlane"/> is to be like.</summary>
/// <param name="Mode"><c>own</c>: a scheduler of our own, for all its pods; <c>shared</c>: the cluster's scheduler calls us for slices; <c>plain</c>: nobody calls us.</param>
public sealed record NosSettings(string Mode)
{
    /// <summary>Beyond those that every server of a plane has.</summary>
    public IReadOnlyList<string> ServerFlags { get; init; } = [];

    /// <summary>Beyond those that every agent of a plane has.</summary>
    public IReadOnlyList<string> AgentFlags { get; init; } = [];

    /// <summary>Whether server, agent and scheduler reach the API server through <see cref="ApiFaults"/>.</summary>
    public bool ThroughFaults { get; init; }

    /// <summary>Whether the simulated slices survive the agent process (<c>--simulated-state</c>), as a GPU's do.</summary>
    public bool KeepsState { get; init; }

    /// <summary>Unit: calls a second that the scheduler may make to the API server; null: client-go's own limit, 50.</summary>
    public int? SchedulerCallsPerSecond { get; init; }

    /// <summary>Added to the API server's command line.</summary>
    public IReadOnlyList<string> ApiServerFlags { get; init; } = [];

    /// <summary>Whether the plane starts a server of its own; if not, the test adds its servers (<see cref="NosPlane.AddServer"/>) and says where the extender is.</summary>
    public bool StartsServer { get; init; } = true;

    /// <summary>Whether an agent process plays the nodes; if not, the test starts agents of its own (<see cref="NosPlane.LaunchAgent"/>).</summary>
    public bool PlaysNodes { get; init; } = true;

    /// <summary>Where the scheduler finds the extender; null: at the plane's own server.</summary>
    public int? ServicePort { get; init; }
}
