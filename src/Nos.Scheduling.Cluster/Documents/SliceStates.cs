namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The states of a slice in <c>GpuNode.status</c>.</summary>
public static class SliceStates
{
    /// <summary>Wanted, not there yet.</summary>
    public const string Creating = "Creating";

    /// <summary>There, used by nobody.</summary>
    public const string Free = "Free";

    /// <summary>A pod, a foreign plugin's pod or a process holds it.</summary>
    public const string Used = "Used";

    /// <summary>On its way out.</summary>
    public const string Deleting = "Deleting";

    /// <summary>Could not be made or was lost; the message says why.</summary>
    public const string Failed = "Failed";
}
