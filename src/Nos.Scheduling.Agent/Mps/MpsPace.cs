namespace Nos.Scheduling.Agent.Mps;

/// <summary>How fast the supervisor and the agent go about MPS daemons.</summary>
internal sealed record MpsPace
{
    /// <summary>How often the supervisor asks each daemon; NVIDIA's writes down every command.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often it looks whether daemons live and what the agent asks, and the agent for what it says.</summary>
    public TimeSpan Glance { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long one command to a daemon may take.</summary>
    public TimeSpan Command { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a daemon may take to start.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many looks in a row a daemon may leave unanswered.</summary>
    public int Silences { get; init; } = 3;

    /// <summary>The pause after the first failure; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest pause. A daemon that has lived as long has not failed at once.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long the agent waits for a GPU to become a shared one.</summary>
    public TimeSpan Sharing { get; init; } = TimeSpan.FromSeconds(30);
}
