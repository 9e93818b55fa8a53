using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether several MPS shares go onto a node at once. Exact: a no means that no way exists.</summary>
/// <remarks>GPUs with as much left take the same choices of the requests: worked out once, for all nodes. Made per question, not shared between threads.</remarks>
internal sealed class MpsPacking(RequestKinds kinds)
{
    /// <summary>In this order it is tried which limit, left out of account, would let the requests in.</summary>
    private static readonly Misfit[] Limits = [Misfit.UidConflict, Misfit.NotEnoughGpuCompute, Misfit.ClientLimit];

    private readonly Dictionary<Room, GpuChoices> known = [];

    /// <summary>Why the requests do not go onto the node: one alone, or else the one limit without which all would; else it is the memory.</summary>
    internal Misfit Check(Node node)
    {
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (MpsFit.Check(node, kinds[kind]) is not Misfit.None and var alone)
            {
                return alone;
            }
        }

        return Holds(node, Misfit.None) ? Misfit.None : Array.Find(Limits, limit => Holds(node, limit)) is not Misfit.None and var limit ? limit : Misfit.NotEnoughGpuMemory;
    }

    private bool Holds(Node node, Misfit ignored)
    {
        var gpus = new GpuChoices[node.Gpus.Length];
        for (var index = 0; index < gpus.Length; index++)
        {
            var gpu = node.Gpus[index];
            var room = new Room(gpu.Model.UsableGB - gpu.HeldGB, gpu.HeldClients, gpu.HeldPercent, gpu.HeldUid, gpu.HasMixedUids, gpu.IsLost, ignored);
            gpus[index] = known.TryGetValue(room, out var choices) ? choices : known[room] = MpsChoices.RoomOn(gpu, kinds, ignored);
        }

        return NodeChoices.Hold(kinds, gpus);
    }

    /// <summary>All that decides what a GPU takes.</summary>
    private readonly record struct Room(int GB, int Clients, int Percent, long? Uid, bool HasMixedUids, bool IsLost, Misfit Ignored);
}
