using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;
using Xunit.Abstractions;

namespace Nos.Scheduling.Tests.Planning;

/// <summary>How far plans are from the best there is, on clusters small enough to try everything.</summary>
public sealed class GapTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(600)]
    public void Nearly_always_serves_as_many_pods_as_trying_everything_does(int cases)
    {
        var dice = new Random(20261124);
        var worse = new List<string>();
        var (servable, lost) = (0, 0);
        for (var index = 0; index < cases; index++)
        {
            var (nodes, pods) = Small(dice);
            var plan = Batch.Plan(nodes, pods);
            AssertLegal(plan, nodes);
            var (served, most) = (plan.Served(), BruteForce.MostServed(nodes, pods));
            servable += most.Sum();
            if (!served.SequenceEqual(most))
            {
                lost += most.Sum() - served.Sum();
                worse.Add($"{string.Join('/', served)} of {string.Join('/', most)}: {string.Join(" | ", nodes.Select(node => node.Name + " " + string.Join(' ', node.Gpus.Select(gpu => gpu.Model + gpu.Draw()))))} <- {string.Join(", ", pods.Select(pod => $"{pod.Priority}:{string.Join('+', pod.Demand.Slices.Select(slice => slice.Resource.Profile))}{string.Concat(pod.Requirements.Selector.Select(label => "@" + label.Value))}"))}");
            }
        }

        output.WriteLine($"{worse.Count} of {cases} plans serve less than the most; {lost} of {servable} pods.");
        worse.ForEach(output.WriteLine);
        Assert.True(worse.Count * 200 <= cases, $"{worse.Count} of {cases}");
    }

    private static (Node[] Nodes, PendingPod[] Pods) Small(Random dice)
    {
        var isA30 = dice.Next(3) == 0;
        var model = isA30 ? Draw.A30 : Draw.A100;
        string[] profiles = isA30 ? ["1g.6gb", "2g.12gb", "4g.24gb"] : ["1g.10gb", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"];
        var nodes = Enumerable.Range(0, dice.Next(1, 4)).Select(place =>
        {
            var node = Draw.Node($"n{place}", [.. Enumerable.Range(0, dice.Next(1, 3)).Select(index => Gpu(dice, index, model, profiles))]);
            var labels = new Dictionary<string, string> { ["zone"] = place % 2 == 0 ? "a" : "b" };
            return new Node(node.Name, node.Mode, node.Obstacle, node.Gpus, node.Room) { Traits = new NodeTraits(node.Name, labels, [], true) };
        }).ToArray();
        var isChoosy = dice.Next(3) == 0;
        var pods = Enumerable.Range(0, dice.Next(2, 7)).Select(index => Batch.Pod(
            $"p{index}", [.. Enumerable.Range(0, dice.Next(4) == 0 ? 2 : 1).Select(_ => profiles[dice.Next(profiles.Length)])]) with
        {
            Priority = dice.Next(3) == 0 ? 1 : 0,
            Requirements = isChoosy && dice.Next(2) == 0 ? new NodeRequirements { Selector = [new("zone", dice.Next(2) == 0 ? "a" : "b")] } : NodeRequirements.None,
        }).ToArray();
        return (nodes, pods);
    }

    /// <summary>A GPU with some slices at legal places, half of them free.</summary>
    private static Gpu Gpu(Random dice, int index, GpuModel model, string[] profiles)
    {
        var slices = new List<Slice>();
        for (var tries = dice.Next(5); tries > 0; tries--)
        {
            var places = model.Find(profiles[dice.Next(profiles.Length)])!.Placements.ToArray();
            var place = places[dice.Next(places.Length)];
            if (!slices.Exists(slice => slice.Shape.Mask.Overlaps(place.Slices)))
            {
                slices.Add(Draw.Slice(model, $"{(dice.Next(2) == 0 ? "-" : "")}{place.Profile.Name}@{place.Start}"));
            }
        }

        return new Gpu(index, model, slices);
    }

    /// <summary>Held slices stay, nothing overlaps, and every placed pod has exactly what it asks for.</summary>
    private static void AssertLegal(PartitioningPlan plan, Node[] nodes)
    {
        foreach (var (before, after) in plan.Nodes.Select(node => (nodes.Single(known => known.Name == node.Before.Name), node.After)))
        {
            foreach (var gpu in after.Gpus)
            {
                Assert.Equal(gpu.Slices.Sum(slice => slice.Shape.Mask.Count), gpu.Present.Count);
                Assert.All(before.FindGpu(gpu.Index)!.Slices.Where(slice => !slice.IsFree), held => Assert.Contains(held, gpu.Slices));
            }
        }

        foreach (var placed in plan.Placed)
        {
            var reserved = plan.Nodes.Single(node => node.After.Name == placed.Node).After.Gpus.SelectMany(gpu => gpu.Slices).Where(slice => slice.OwnerUid == placed.Pod.Uid);
            Assert.Equal(placed.Pod.Demand.Slices.Select(slice => slice.Resource.Name).Order(), reserved.Select(slice => slice.Resource.Name).Order());
            Assert.All(reserved, slice => Assert.Equal(SliceHold.Reserved, slice.Hold));
        }
    }
}
