using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Which of a pod's shares one GPU can take together.</summary>
internal static class MpsChoices
{
    /// <summary>By choice, the least effort.</summary>
    internal static GpuChoices On(Gpu gpu, RequestKinds kinds) => new(kinds, [.. Enumerable.Range(0, kinds.Choices)
        .Select(choice => Holds(gpu, kinds, choice) ? MpsRecut.Of(gpu, SizesOf(kinds, choice)).Effort : Effort.Impossible)]);

    /// <summary>By choice whether the GPU takes it; free shares count as room.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="kinds">What is asked for.</param>
    /// <param name="ignored">A limit to leave out of account, to tell whether it is the one that matters; <see cref="Misfit.None"/> for the truth.</param>
    internal static GpuChoices RoomOn(Gpu gpu, RequestKinds kinds, Misfit ignored) => new(kinds, [.. Enumerable.Range(0, kinds.Choices)
        .Select(choice => Holds(gpu, kinds, choice, ignored) ? default : Effort.Impossible)]);

    /// <summary>Unit: GB, of each share of a choice.</summary>
    internal static int[] SizesOf(RequestKinds kinds, int choice) =>
        [.. Enumerable.Range(0, kinds.Length).SelectMany(kind => Enumerable.Repeat(kinds[kind].Resource.MemoryGB, kinds.In(choice, kind)))];

    private static bool Holds(Gpu gpu, RequestKinds kinds, int choice, Misfit ignored = Misfit.None)
    {
        var (gb, clients, percent) = ((long)gpu.HeldGB, gpu.HeldClients, (long)gpu.HeldPercent);
        var (uid, serves) = (gpu.HeldUid, !gpu.HasMixedUids);
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (kinds.In(choice, kind) is > 0 and var count)
            {
                serves &= clients == 0 || uid == kinds[kind].Mps.Uid;
                uid = kinds[kind].Mps.Uid;
                gb += (long)count * kinds[kind].Resource.MemoryGB;
                clients += count;
                percent += (long)count * kinds[kind].Mps.ComputePercent;
            }
        }

        return choice == 0
            || (!gpu.IsLost
                && gb <= gpu.Model.UsableGB
                && (clients <= MpsLimits.Clients || ignored == Misfit.ClientLimit)
                && (percent <= MpsLimits.ComputePercent || ignored == Misfit.NotEnoughGpuCompute)
                && (serves || ignored == Misfit.UidConflict));
    }
}
