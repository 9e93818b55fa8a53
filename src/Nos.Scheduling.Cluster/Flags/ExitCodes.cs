namespace Nos.Scheduling.Cluster.Flags;

/// <summary>What a process tells its parent at its end.</summary>
public static class ExitCodes
{
    /// <summary>The work is done; for a server: it was told to stop, and the work in hand is finished.</summary>
    public const int Done = 0;

    /// <summary>It could not start, or could not go on.</summary>
    public const int Failed = 1;

    /// <summary>A flag, variable or file key that is unknown or has a bad value.</summary>
    public const int BadUsage = 2;
}
