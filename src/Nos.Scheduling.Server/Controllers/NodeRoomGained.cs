using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Tells whether pods that wait for slices may find some where they found none before.</summary>
internal static class NodeRoomGained
{
    /// <summary>Whether the node offers slices now, and did not before or has more room for them.</summary>
    internal static bool In(NodeChange change) =>
        change.After is { Obstacle: Misfit.None } after && (change.Before is not { Obstacle: Misfit.None } before || HasMoreRoom(before, after));

    /// <summary>Whether some GPU holds less than before: less is used, reserved or covered.</summary>
    private static bool HasMoreRoom(Node before, Node after)
    {
        foreach (var gpu in after.Gpus)
        {
            if (before.FindGpu(gpu.Index) is not { } earlier || gpu.HeldClients < earlier.HeldClients || (earlier.Held - gpu.Held).Count > 0 || gpu.HeldGB < earlier.HeldGB)
            {
                return true;
            }
        }

        return false;
    }
}
