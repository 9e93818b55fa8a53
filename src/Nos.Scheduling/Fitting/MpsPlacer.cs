using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where several MPS shares go on a node that takes them all.</summary>
internal static class MpsPlacer
{
    /// <summary>
    /// First the GPU of each share, in the order given, each the best that keeps the effort of all of them together the least there is; then on each
    /// GPU at once which free shares are taken over and which go: what goes is told with the first new share there.
    /// </summary>
    internal static (PlacedSlice[] Placed, Candidate Sum) Place(Node node, PodDemand demand, int[] order, RequestKinds kinds, in PlacementRule rule)
    {
        var choices = node.Gpus.Select(gpu => MpsChoices.On(gpu, kinds)).ToArray();
        var least = NodeChoices.Least(kinds, choices)[kinds.Everything];
        var (given, rest) = (new int[choices.Length], kinds.Everything);
        var gpuOf = new int[demand.Slices.Count];
        var then = node;
        Candidate? sum = null;
        foreach (var index in order)
        {
            var request = demand.Slices[index];
            rest -= kinds.StepOf(request);
            var way = Candidates.InOrder(then, request, rule).First(way => Keeps(kinds, choices, WithMore(given, Place(node, way), kinds.StepOf(request)), rest, least));
            sum = sum is { } before ? before.And(way) : way;
            gpuOf[index] = Place(node, way);
            given[gpuOf[index]] += kinds.StepOf(request);
            then = then.With(then.Gpus[gpuOf[index]].With(new Slice(way.Shape, request.Resource, SliceHold.Reserved, null, request.Mps), []));
        }

        var gpus = node.Gpus.Select((gpu, place) => new MpsHandout(gpu, MpsRecut.Of(gpu, MpsChoices.SizesOf(kinds, given[place])))).ToArray();
        var placed = new PlacedSlice[demand.Slices.Count];
        foreach (var index in order)
        {
            placed[index] = gpus[gpuOf[index]].Give(demand.Slices[index]);
        }

        return (placed, sum!.Value);
    }

    private static int Place(Node node, Candidate way) => node.Gpus.IndexOf(node.FindGpu(way.Gpu)!);

    private static int[] WithMore(int[] given, int gpu, int step)
    {
        var more = given.ToArray();
        more[gpu] += step;
        return more;
    }

    /// <summary>Whether what the GPUs are given so far can be completed by the rest with no more than the least effort.</summary>
    private static bool Keeps(RequestKinds kinds, GpuChoices[] choices, int[] given, int rest, Effort least)
    {
        var sum = given.Select((choice, gpu) => choices[gpu][choice]).Aggregate((left, right) => left + right);
        return sum.IsPossible && sum + NodeChoices.Least(kinds, [.. given.Select((choice, gpu) => choices[gpu].Beyond(choice))])[rest] == least;
    }
}
