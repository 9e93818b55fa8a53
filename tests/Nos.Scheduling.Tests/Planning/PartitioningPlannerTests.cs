using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Planning;

public sealed class PartitioningPlannerTests
{
    [Fact]
    public void What_one_pod_takes_is_gone_for_the_next()
    {
        Node[] nodes = [A30("n1", "-4g.24gb@0"), A30("n2", "-4g.24gb@0"), A30("n3", "-4g.24gb@0")];

        var plan = Batch.Plan(nodes, Batch.Pod("a", "1g.6gb", "1g.6gb"), Batch.Pod("b", "1g.6gb", "1g.6gb", "1g.6gb"), Batch.Pod("c", "1g.6gb", "1g.6gb"));

        Assert.Equal("a=n1 c=n1 b=n2", plan.Told());
        Assert.Equal(["n1", "n2"], plan.Nodes.Select(node => node.Before.Name));
        Assert.Equal("0:1g.6gb@0,0:1g.6gb@1,0:1g.6gb@2,0:1g.6gb@3", Batch.Geometry(plan.Nodes[0].After));
    }

    [Fact]
    public void Nothing_is_cut_for_a_pod_that_does_not_fit_and_for_one_that_asks_for_no_slice()
    {
        var plan = Batch.Plan([A30("n1", "-4g.24gb@0")], Batch.Pod("cpu-only"), Batch.Pod("five", "1g.6gb", "1g.6gb", "1g.6gb", "1g.6gb", "1g.6gb"));

        Assert.Equal("five=- cpu-only=n1", plan.Told());
        Assert.Empty(Assert.Single(plan.Nodes).Cuts);
    }

    [Fact]
    public void A_slice_that_exists_is_kept_for_a_pod_that_wants_just_that()
    {
        var plan = Batch.Plan([A30("n1", "-4g.24gb@0")], Batch.Pod("small", "1g.6gb"), Batch.Pod("whole", "4g.24gb"));

        Assert.Equal("small=- whole=n1", plan.Told());
        Assert.Empty(plan.Nodes[0].Cuts);
    }

    [Fact]
    public void A_slice_that_exists_goes_where_more_pods_are_served_without_it()
    {
        var plan = Batch.Plan([A30("n1", "-4g.24gb@0")], Batch.Pod("a", "1g.6gb"), Batch.Pod("b", "2g.12gb"), Batch.Pod("whole", "4g.24gb"));

        Assert.Equal("a=n1 b=n1 whole=-", plan.Told());
        var cut = Assert.Single(plan.Nodes[0].Cuts);
        Assert.Equal(["4g.24gb"], cut.Destroyed.Select(shape => shape.Profile!.Name));
        Assert.Equal(["1g.6gb", "2g.12gb"], cut.Created.Select(shape => shape.Profile!.Name).Order());
    }

    [Fact]
    public void Nobody_is_left_out_for_somebody_of_lower_priority()
    {
        var plan = Batch.Plan([A30("n1")], Batch.Pod("a", "1g.6gb"), Batch.Pod("b", "1g.6gb"), Batch.Pod("whole", "4g.24gb") with { Priority = 1 });

        Assert.Equal("whole=n1 a=- b=-", plan.Told());
    }

    [Fact]
    public void Pods_of_the_plan_move_so_that_one_more_is_served()
    {
        // Put best-first, small fills n1; only when it moves to n2 does the choosy one go in.
        Node[] nodes = [Labelled(A30("n1", "2g.12gb@0"), "zone", "a"), A30("n2")];
        var choosy = Batch.Pod("choosy", "2g.12gb") with { Requirements = new NodeRequirements { Selector = [new("zone", "a")] } };

        var plan = Batch.Plan(nodes, Batch.Pod("small", "2g.12gb"), choosy);

        Assert.Equal("choosy=n1 small=n2", plan.Told());
    }

    [Fact]
    public void Slices_that_are_kept_for_a_pod_are_its_place_and_nothing_is_done_for_it()
    {
        var kept = new Slice(SliceShape.Mig(Draw.A30.Find("2g.12gb")!, 2), Draw.Resource("2g.12gb"), SliceHold.Reserved, "a");
        Node[] nodes = [A30("n1"), Draw.Node("n2", new Gpu(0, Draw.A30, [kept]))];

        var plan = Batch.Plan(nodes, Batch.Pod("a", "2g.12gb"), Batch.Pod("b", "4g.24gb"));

        Assert.Equal("a=n2 b=n1", plan.Told());
        Assert.True(plan.Placed.First().IsKept);
        Assert.Equal(["n1"], plan.Nodes.Select(node => node.Before.Name));
    }

    [Fact]
    public void Slices_that_are_kept_on_a_node_that_offers_nothing_any_more_are_no_place()
    {
        var kept = new Slice(SliceShape.Mig(Draw.A30.Find("2g.12gb")!, 2), Draw.Resource("2g.12gb"), SliceHold.Reserved, "a");
        Node[] nodes = [A30("n1"), new Node("n2", PartitioningMode.Mig, Misfit.AgentSilent, [new Gpu(0, Draw.A30, [kept])], default)];

        Assert.Equal("a=n1", Batch.Plan(nodes, Batch.Pod("a", "2g.12gb")).Told());
    }

    [Fact]
    public void Carried_out_the_plan_is_its_own_next_plan_and_cuts_nothing_more()
    {
        Node[] nodes = [A30("n1", "-4g.24gb@0"), A30("n2", "1g.6gb@0", "-2g.12gb@2")];
        PendingPod[] pods = [Batch.Pod("a", "1g.6gb"), Batch.Pod("b", "2g.12gb"), Batch.Pod("c", "4g.24gb"), Batch.Pod("d", "4g.24gb"), Batch.Pod("e", "1g.6gb")];
        var first = Batch.Plan(nodes, pods);

        var second = Batch.Plan(nodes.Select(node => first.Nodes.FirstOrDefault(planned => planned.Before.Name == node.Name)?.After ?? node), pods);

        Assert.Equal(first.Told(), second.Told());
        Assert.Empty(second.Nodes);
        Assert.All(second.Placed, placed => Assert.True(placed.IsKept));
    }

    [Fact]
    public void Equal_inputs_give_equal_plans_in_whatever_order_they_are_given()
    {
        Node[] nodes = [A30("n1", "-4g.24gb@0"), A30("n2"), A30("n3", "1g.6gb@1")];
        PendingPod[] pods = [.. Enumerable.Range(0, 9).Select(index => Batch.Pod($"p{index}", index % 3 == 0 ? "1g.6gb" : "2g.12gb"))];

        Assert.Equal(Batch.Plan(nodes, pods).Told(), Batch.Plan(nodes.Reverse(), [.. pods.Reverse()]).Told());
    }

    [Fact]
    public void Says_why_a_pod_stays_out_and_what_is_nearest()
    {
        Node[] nodes =
        [
            A30("n1", "2g.12gb@0", "1g.6gb@2"), A30("n2", "1g.6gb@0"), Labelled(A30("n3"), "zone", "b"),
            new Node("n4", PartitioningMode.Mig, Misfit.AgentSilent, [], default) { Traits = Zone("n4", "a") },
        ];
        nodes = [Labelled(nodes[0], "zone", "a"), Labelled(nodes[1], "zone", "a"), nodes[2], nodes[3]];
        var whole = Batch.Pod("whole", "4g.24gb") with { Requirements = new NodeRequirements { Selector = [new("zone", "a")] } };

        var stays = Assert.Single(Batch.Plan(nodes, whole).StayingOut);

        Assert.Equal(["2 NoOpenPlacement", "1 AgentSilent", "1 node selector does not match"], stays.Refusals.Select(count => count.ToString()));
        Assert.Equal(Misfit.NoOpenPlacement, stays.Reason);
        Assert.Equal(("n2", 0, "1g.6gb"), (stays.Nearest!.Node, stays.Nearest.Gpu, Assert.Single(stays.Nearest.InTheWay).Shape.Profile!.Name));
    }

    [Fact]
    public void Says_how_much_memory_is_lacking_on_the_nearest_shared_gpu()
    {
        Node[] nodes = [Draw.MpsNode("n1", Draw.Gpu(0, Draw.A10, "10gb@1"), Draw.Gpu(1, Draw.A10, "8gb@1"))];

        var nearest = Assert.Single(Batch.Plan(nodes, Batch.Pod("a", "15gb")).StayingOut).Nearest!;

        Assert.Equal((1, 15 - (Draw.A10.UsableGB - 8)), (nearest.Gpu, nearest.MissingGB));
    }

    [Fact]
    public void Judges_cpu_memory_pods_and_all_other_resources_and_lets_each_pod_take_its_part()
    {
        var node = new Node("n1", PartitioningMode.Mig, Misfit.None, [Draw.Gpu(Draw.A100)], new NodeRoom(3000, 1000, 3)) { Others = Amounts("example.com/nic", 2) };
        PendingPod Pod(string name, long cpu, long nics) => Batch.Pod(name) with { Demand = PodDemand.Of(Containers("1g.10gb"), new NodeRoom(cpu, 100, 1), Amounts("example.com/nic", nics)) };

        Assert.Equal("a=n1 b=n1 c=-", Batch.Plan([node], Pod("a", 1000, 0), Pod("b", 1500, 0), Pod("c", 1000, 0)).Told());
        var stays = Assert.Single(Batch.Plan([node], Pod("a", 1, 1), Pod("b", 1, 1), Pod("c", 1, 1)).StayingOut);
        Assert.Equal("1 Insufficient example.com/nic", Assert.Single(stays.Refusals).ToString());
        Assert.Equal(Misfit.NodeResources, stays.Reason);
    }

    [Fact]
    public void Pods_without_slices_leave_nodes_with_gpus_to_those_that_need_them()
    {
        Node[] nodes = [A30("a"), new Node("z", PartitioningMode.Mig, Misfit.NodeNotManaged, [], new NodeRoom(1000, 1L << 30, 10))];

        Assert.Equal("web=z", Batch.Plan(nodes, Batch.Pod("web")).Told());
    }

    private static Node A30(string name, params string[] slices) => Draw.Node(name, Draw.Gpu(0, Draw.A30, slices));

    private static Node Labelled(Node node, string key, string value) => new(node.Name, node.Mode, node.Obstacle, node.Gpus, node.Room)
    {
        Traits = new NodeTraits(node.Name, new Dictionary<string, string> { [key] = value }, [], true),
    };

    private static NodeTraits Zone(string name, string zone) => new(name, new Dictionary<string, string> { ["zone"] = zone }, [], true);

    private static ResourceAmounts Amounts(string name, long amount) => ResourceAmounts.Of([new(name, amount)]);

    private static ContainerDemand[] Containers(string slice) => [new("main", ContainerKind.Main, Draw.Resource(slice), 1)];
}
