namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of a plan.</summary>
/// <param name="Pods">The pods, in the order in which they are served; those that are refused at the door last.</param>
/// <param name="Nodes">The nodes on which something is cut.</param>
internal sealed record PlanView(IReadOnlyList<PlannedPodView> Pods, IReadOnlyList<CutNodeView> Nodes)
{
    /// <summary>Those that go nowhere.</summary>
    internal IEnumerable<PlannedPodView> StayingOut => Pods.Where(pod => pod.StaysOut is not null);
}
