using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class NodeRankingTests
{
    [Fact]
    public void Lets_the_best_node_alone_lead_by_a_point()
    {
        var nodes = Enumerable.Range(0, 25).Select(index => Draw.Node($"n{index:00}", Draw.Held(Draw.A100, index == 7 ? "####..#." : "........"))).ToArray();

        var points = NodeRanking.Points(nodes, Draw.Pod("1g.10gb"), PlacementPolicy.Fragmentation, out var best);

        Assert.Equal(7, best);
        Assert.Equal(10, points[7]);
        Assert.Equal(9, points.Where((_, place) => place != 7).Max());
        Assert.Equal(0, points.Min());
    }

    [Fact]
    public void Prefers_a_free_slice_to_a_cut_and_breaks_ties_by_name()
    {
        var free = Draw.Node("z", Draw.Gpu(Draw.A100, "-1g.10gb@6"));
        var nodes = new Node?[] { Draw.Node("b", Draw.Gpu(Draw.A100)), null, Draw.Node("a", Draw.Gpu(Draw.A100)), free };

        var points = NodeRanking.Points(nodes, Draw.Pod("1g.10gb"), PlacementPolicy.Fragmentation, out var best);

        Assert.Equal(3, best);
        Assert.True(points[3] > points[2] && points[2] > points[0] && points[1] == 0);
    }

    [Fact]
    public void Answers_the_same_in_whatever_order_it_is_asked()
    {
        var nodes = Enumerable.Range(0, 9).Select(index => Draw.Node($"n{index}", Draw.Held(Draw.A100, new string('#', index % 4).PadRight(8, '.')))).ToArray();

        var forward = NodeRanking.Points(nodes, Draw.Pod("2g.20gb"), PlacementPolicy.Fragmentation, out _);
        var backward = NodeRanking.Points([.. nodes.Reverse()], Draw.Pod("2g.20gb"), PlacementPolicy.Fragmentation, out _);

        Assert.Equal(forward, backward.Reverse());
    }

    [Fact]
    public void Has_no_opinion_about_a_pod_without_slices() =>
        Assert.All(NodeRanking.Points([Draw.Node("n", Draw.Gpu(Draw.A100))], Draw.Pod(), PlacementPolicy.Fragmentation, out _), points => Assert.Equal(0, points));

    [Fact]
    public void Breaks_ties_by_the_ordinal_order_of_names_however_alike_they_begin()
    {
        string[] names = ["node-1", "node-10", "node-100001", "node-100002", "node-9", "node", "nodes-with-a-long-name-1", "nodes-with-a-long-name-2", "node-é"];
        foreach (var some in new[] { names, names[..4], names[6..8], names[..1] })
        {
            var nodes = some.Select(name => Draw.Node(name, Draw.Gpu(Draw.A100))).ToArray();

            var points = NodeRanking.Points(nodes, Draw.Pod("1g.10gb"), PlacementPolicy.Fragmentation, out var best);

            Assert.Equal(some.Min(StringComparer.Ordinal), nodes[best].Name);
            Assert.Equal(some.Order(StringComparer.Ordinal), nodes.Zip(points).OrderByDescending(node => node.Second).ThenBy(node => node.First.Name, StringComparer.Ordinal).Select(node => node.First.Name));
        }
    }
}
