using System.Globalization;
using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>
/// Writes the report of a populated node as its simulated agent will make it: thousands of agents that start together then find nothing to say, where
/// a report that differs in a word would have each of them write it anew.
/// </summary>
internal static class EmbeddedReport
{
    /// <summary>The report once the agent has carried out the first generation of the spec and kubelet has admitted the pods that own the slices.</summary>
    /// <param name="node">Every slice on it is one pod's, of namespace <c>team-a</c> and named by its uid.</param>
    /// <param name="model">What its GPUs are.</param>
    /// <param name="spec">What it is cut into: the same slices.</param>
    /// <param name="now">Since when that is so.</param>
    internal static GpuNodeStatus Of(Node node, GpuModel model, GpuNodeSpec spec, DateTimeOffset now)
    {
        var machine = new SimulatedMachine(node.Name, files: null);
        machine.Equip(model, node.Gpus.Length);
        var slices = node.Gpus.SelectMany(gpu => gpu.Slices.Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), Slice: slice))).ToList();
        foreach (var (place, _) in slices)
        {
            machine.Create(place);
        }

        machine.Admit([.. slices.Select(slice => PodOf(slice.Place, slice.Slice, node.Name, now))], swaps: false);

        var order = new NodeOrder(1, spec, node.Mode, Trouble: null);
        var reading = machine.Read();
        var view = new NodeView(
            order, order.Goal(reading, now), reading, machine.Uses, [], new Dictionary<SlicePlace, SliceFailure>(), new HashSet<SlicePlace>());
        var report = StatusComposer.Compose(view);
        return report with { Conditions = NodeConditions.Since([], report.Conditions, now) };
    }

    private static BoundPod PodOf(SlicePlace place, Slice slice, string node, DateTimeOffset now) => new(
        slice.OwnerUid!, $"team-a/{slice.OwnerUid}", node, now, [new PodNeed(slice.Resource, ["main"])],
        PromisedSlice.ReadAll(string.Create(CultureInfo.InvariantCulture, $"main={slice.Shape.PromiseOn(place.Gpu)}")));
}
