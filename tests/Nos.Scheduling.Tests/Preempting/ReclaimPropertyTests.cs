using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Preempting;

namespace Nos.Scheduling.Tests.Preempting;

public sealed class ReclaimPropertyTests
{
    [Fact]
    public void Finds_the_very_set_that_trying_every_set_finds()
    {
        var (evictions, nothing) = (0, 0);
        Prop.ForAll(Arb.From(RandomStages.Any(2, 0, 6)), given =>
        {
            var every = new EveryEviction(given.Stage, given.Preemptor, given.Spared);
            var decision = given.Stage.Decide(given.Preemptor, null, given.Spared);

            Assert.Equal(every.HasRoom, decision.Kind == ReclaimKind.HasRoom);
            if (!every.HasRoom)
            {
                var best = every.Best();
                (evictions, nothing) = (evictions + (best is null ? 0 : 1), nothing + (best is null ? 1 : 0));
                Assert.Equal(best?.Node, decision.Node);
                Assert.Equal(best?.Victims ?? [], decision.Victims.Select(victim => victim.Pod.Pod.Name));
                Assert.Equal(best is null, decision.Obstacle != ReclaimObstacle.None);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(600));

        Assert.True(evictions > 20 && nothing > 20, $"{evictions} evictions, {nothing} times nothing: the cases show little.");
    }

    [Fact]
    public void In_larger_clusters_evicts_whom_it_may_and_just_enough()
    {
        var evictions = 0;
        Prop.ForAll(Arb.From(RandomStages.Any(4, 10, 20)), given =>
        {
            var every = new EveryEviction(given.Stage, given.Preemptor, given.Spared);
            var decision = given.Stage.Decide(given.Preemptor, null, given.Spared);
            if (decision.Kind == ReclaimKind.Evicts)
            {
                evictions++;
                var victims = decision.Victims.Select(victim => given.Stage.Pods.Single(pod => pod.Name == victim.Pod.Pod.Uid)).ToArray();
                Assert.True(every.IsEnough(decision.Node!, victims));
                Assert.All(victims, spared => Assert.False(every.IsEnough(decision.Node!, [.. victims.Where(pod => pod != spared)])));
                Assert.True(every.MayGoTogether(decision.Node!, victims));
                Assert.Equal(given.Preemptor.Demand.Slices.Count, decision.Placement!.Slices.Count);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400));

        Assert.True(evictions > 20, $"{evictions} evictions: the cases show little.");
    }

    [Fact]
    public void Says_the_same_in_whatever_order_pods_nodes_and_quotas_are_listed() => Prop.ForAll(Arb.From(RandomStages.Any(4, 10, 20)), given =>
    {
        var stage = given.Stage;
        var shuffled = stage with { Pods = Shuffle(stage.Pods, given.Seed), Nodes = Shuffle(stage.Nodes, given.Seed), Quotas = Shuffle(stage.Quotas, given.Seed) };
        var (first, second) = (stage.Decide(given.Preemptor, null, given.Spared), shuffled.Decide(given.Preemptor, null, given.Spared));

        Assert.Equal(
            (first.Kind, first.Node, first.Reason, first.Placement?.Promise(given.Preemptor.Demand)), (second.Kind, second.Node, second.Reason, second.Placement?.Promise(given.Preemptor.Demand)));
        Assert.Equal(first.Victims.Select(victim => victim.Pod.Pod.Uid), second.Victims.Select(victim => victim.Pod.Pod.Uid));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private static T[] Shuffle<T>(T[] items, int seed)
    {
        var shuffled = items.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
