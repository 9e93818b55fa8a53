using System.Text.Json;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Tests.Fitting;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>Stories of pods that wait and of the plan that serves them: one folder each, with the cluster, the pods and what is right.</summary>
public sealed class PlanScenarioTests
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static TheoryData<string> Stories => new(Directory.GetDirectories(Folder()).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Stories))]
    public void The_plan_is_right(string story)
    {
        var (nodes, pods, expected) = Read(story);
        var cluster = new ScenarioCluster(nodes, pods);

        var plan = cluster.Plan();

        Assert.False(string.IsNullOrWhiteSpace(expected.Shows));
        Assert.Equal(
            pods.Select(pod => $"{pod.Name} {expected.Served.GetValueOrDefault(pod.Name) ?? expected.Waits.GetValueOrDefault(pod.Name) ?? "is not told of"}").Order(),
            plan.Outcomes.Select(outcome => $"{outcome.Pod.Key} {(outcome is PodOutcome.Placed placed ? placed.Node : ((PodOutcome.StaysOut)outcome).Reason)}").Order());
        Assert.Equal(
            nodes.Select(node => $"{node.Name} {string.Join(" | ", expected.Nodes.GetValueOrDefault(node.Name) ?? Geometry.Of(cluster.State.Current.Find(node.Name)!))}").Order(),
            nodes.Select(node => $"{node.Name} {string.Join(" | ", Geometry.Of(After(cluster, plan, node.Name)))}").Order());
        Assert.Equal(expected.Destroyed, plan.Nodes.SelectMany(node => node.Cuts).Sum(cut => cut.Destroyed.Count));
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void What_is_used_stays_and_what_is_to_be_can_be(string story)
    {
        var (nodes, pods, _) = Read(story);
        foreach (var node in new ScenarioCluster(nodes, pods).Plan().Nodes)
        {
            foreach (var (before, after) in node.Before.Gpus.Zip(node.After.Gpus))
            {
                Assert.All(before.Slices.Where(slice => !slice.IsFree), slice => Assert.Contains(slice, after.Slices));
                var state = new List<MigPlacement>();
                foreach (var shape in after.Slices.Select(slice => slice.Shape).Where(shape => shape.Profile is not null))
                {
                    Assert.True(Layouts.MayJoin(state, new MigPlacement(shape.Profile!, shape.Start)));
                    state.Add(new MigPlacement(shape.Profile!, shape.Start));
                }

                Assert.True(after.Slices.Where(slice => slice.Shape.Profile is null).Sum(slice => slice.Shape.MemoryGB) <= after.Model.UsableGB);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public void The_plan_is_the_same_in_whatever_order_things_are_listed(string story)
    {
        var (nodes, pods, _) = Read(story);

        Assert.Equal(Told(new ScenarioCluster(nodes, pods), nodes), Told(new ScenarioCluster(nodes.Reverse(), [.. pods.Reverse()]), nodes));

        static IEnumerable<string> Told(ScenarioCluster cluster, ScenarioNode[] nodes)
        {
            var plan = cluster.Plan();
            return plan.Outcomes.Select(outcome => $"{outcome.Pod.Key} {(outcome as PodOutcome.Placed)?.Node}")
                .Concat(nodes.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => Planning.Batch.Geometry(After(cluster, plan, node.Name))));
        }
    }

    private static Node After(ScenarioCluster cluster, PartitioningPlan plan, string name) =>
        plan.Nodes.FirstOrDefault(node => node.Before.Name == name)?.After ?? cluster.State.Current.Find(name)!;

    private static (ScenarioNode[] Nodes, ScenarioPod[] Pods, Outcome Expected) Read(string story) =>
        (Read<ScenarioNode[]>(story, "cluster"), Read<ScenarioPod[]>(story, "pods"), Read<Outcome>(story, "expected"));

    private static T Read<T>(string story, string part) => JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(Folder(), story, $"{part}.json")), CamelCase)!;

    private static string Folder() => Path.Combine(AppContext.BaseDirectory, "Scenarios");

    /// <summary>What is right.</summary>
    private sealed record Outcome
    {
        /// <summary>What the story shows, in a sentence.</summary>
        public required string Shows { get; init; }

        /// <summary>By pod the node it goes onto.</summary>
        public Dictionary<string, string> Served { get; init; } = [];

        /// <summary>By pod the reason why it stays out.</summary>
        public Dictionary<string, string> Waits { get; init; } = [];

        /// <summary>By node how its GPUs are cut then; nodes that are not named stay as they are.</summary>
        public Dictionary<string, string[]> Nodes { get; init; } = [];

        /// <summary>How many free slices go.</summary>
        public int Destroyed { get; init; }
    }
}
