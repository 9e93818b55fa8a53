using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.Reconciling;

public sealed class NodePlanTests
{
    [Fact]
    public void Of_a_GPU_that_does_not_answer_free_shares_can_go_and_nothing_else_is_done()
    {
        var used = Slices.Place(Draw.A100, "10gb#1");
        var goal = new NodeGoal([Slices.Goal(Draw.A100, "10gb#3 5gb#1")], []);
        var machine = Broken("10gb#1", "10gb#2", "10gb#3");

        var plan = NodePlan.Between(goal, machine, new Dictionary<SlicePlace, SliceUse> { [used] = new("a/b/c", null) }, new HashSet<SlicePlace> { Slices.Place(Draw.A100, "10gb#2") });

        Assert.Equal(["0-10gb-2"], plan.Places.Select(place => place.Id));
        Assert.All(plan.Work.SelectMany(work => work.Steps), step => Assert.IsType<SliceStep.Destroy>(step));
        Assert.Equal("Nothing is made on GPU 0: gone", Assert.Single(plan.Refused).Message);
    }

    [Fact]
    public void Instances_of_a_GPU_that_does_not_answer_stay() =>
        Assert.Empty(NodePlan.Between(new NodeGoal([Slices.Goal(Draw.A100, "")], []), Broken("1g.10gb@0"), new Dictionary<SlicePlace, SliceUse>(), new HashSet<SlicePlace>()).Work);

    private static MachineReading Broken(params string[] slices) =>
        new("1", [new GpuReading(0, "GPU-0", Draw.A100, [.. slices.Select(slice => new LiveSlice(Slices.Shape(Draw.A100, slice), null))]) { Fault = "gone" }]);
}
