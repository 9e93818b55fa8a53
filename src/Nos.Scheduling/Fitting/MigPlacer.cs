using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides where several MIG slices go on a node that takes them all.</summary>
internal static class MigPlacer
{
    /// <summary>One slice after the other, each in the best way that keeps the effort of all of them together the least there is.</summary>
    /// <param name="node">The node.</param>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="order">The places in its slices, in the order of placing.</param>
    /// <param name="tables">What GPUs take of them.</param>
    /// <param name="rule">By what ways of like effort are judged.</param>
    /// <returns>The slices, and the ways they were placed in, one after the other, added up.</returns>
    internal static (PlacedSlice[] Placed, Candidate Sum) Place(Node node, PodDemand demand, int[] order, MigTables tables, in PlacementRule rule)
    {
        var choices = new GpuChoices[node.Gpus.Length];
        for (var gpu = 0; gpu < choices.Length; gpu++)
        {
            choices[gpu] = tables.Of(node.Gpus[gpu].Model).On(node.Gpus[gpu]);
        }

        var rest = tables.Kinds.Everything;
        var least = NodeChoices.Least(tables.Kinds, choices)[rest];
        var placed = new PlacedSlice[demand.Slices.Count];
        Candidate? sum = null;
        foreach (var index in order)
        {
            var request = demand.Slices[index];
            rest -= tables.Kinds.StepOf(request);
            (placed[index], var way, node, least) = PlaceOne(node, request, choices, rest, least, tables, rule);
            sum = sum is { } before ? before.And(way) : way;
        }

        return (placed, sum!.Value);
    }

    /// <summary>The best way among those with the least total effort; <paramref name="choices"/> follows it.</summary>
    private static (PlacedSlice Placed, Candidate Way, Node Then, Effort LeastOfRest) PlaceOne(
        Node node, SliceRequest request, GpuChoices[] choices, int rest, Effort least, MigTables tables, in PlacementRule rule)
    {
        var best = (Total: Effort.Impossible, Way: default(Candidate), Placed: default(PlacedSlice), Then: node, Gpu: 0, Choices: choices[0]);
        foreach (var way in Candidates.InOrder(node, request, rule))
        {
            var (slice, then) = NodePlacer.Take(node, way, request);
            var gpu = node.Gpus.IndexOf(node.FindGpu(way.Gpu)!);
            var (before, after) = (choices[gpu], tables.Of(then.Gpus[gpu].Model).On(then.Gpus[gpu]));
            choices[gpu] = after;
            var total = Effort.Of(way) + NodeChoices.Least(tables.Kinds, choices)[rest];
            choices[gpu] = before;
            if (total.CompareTo(best.Total) < 0)
            {
                best = (total, way, slice, then, gpu, after);
            }

            if (total == least)
            {
                break;
            }
        }

        choices[best.Gpu] = best.Choices;
        return best.Placed is { } placed
            ? (placed, best.Way, best.Then, best.Total - Effort.Of(best.Way))
            : throw new InvalidOperationException($"{node.Name} was found to hold the pod's slices, but no way of placing them does.");
    }
}
