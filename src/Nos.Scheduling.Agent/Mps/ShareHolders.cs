using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Which share a process uses: its container's environment names it, as Allocate gave it.</summary>
internal static class ShareHolders
{
    /// <summary>The ids; none where the process does not tell them, as when it threw its environment away.</summary>
    public static IReadOnlyList<string> SharesOf(int pid) => HostProcesses.Variable(pid, ContainerVariables.MpsShares)?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];
}
