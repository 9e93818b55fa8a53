using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity.Faults;

/// <summary>Bind calls that are repeated, late, contradictory, or all at once.</summary>
[Collection(IdentityCollection.Name)]
public sealed class BindTests(IdentityPlane plane)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string SevenG = "nvidia.com/mig-7g.80gb";

    [Fact]
    public Task A_pod_is_bound_once_however_often_it_is_asked_for_and_only_there_and_only_itself() => Watched("again", async scope =>
    {
        var (node, other) = (await plane.AddNode(scope, "a"), await plane.AddNode(scope, "b"));
        var pod = await scope.Add(IdentityPlane.Pod("p").Asking(OneG, 1));

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => plane.Extender.Bind(pod, node)));
        Assert.All(answers, Assert.Empty);
        Assert.Empty(await plane.Extender.Bind(pod, node));

        Assert.Contains($"is bound to {node} already", await plane.Extender.Bind(pod, other));
        Assert.Contains("does not exist any more", await plane.Extender.Bind(pod, uid: "another", node));
        Assert.Equal(node, (await scope.Pod("p")).Text("spec", "nodeName"));
        Assert.Empty(IdentityPlane.Slices(await plane.Admin.Get(NosPlane.GpuNode(other)), "spec"));
        await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
        Assert.Empty(await plane.Extender.Bind(pod, node));
    });

    [Fact]
    public Task A_bind_to_another_node_gives_the_first_place_up() => Watched("elsewhere", async scope =>
    {
        var (first, second) = (await plane.AddNode(scope, "a"), await plane.AddNode(scope, "b"));
        await plane.Fault(first, "create: hang");
        var pod = await scope.Add(IdentityPlane.Pod("p").Asking(SevenG, 1));
        using (var hangUp = new CancellationTokenSource())
        {
            var bind = plane.Extender.Bind(pod, first, hangUp.Token);
            await plane.KeptFor(pod, first, 1);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bind);
        }

        Assert.Empty(await plane.Extender.Bind(pod, second));

        Assert.Equal(second, (await scope.Pod("p")).Text("spec", "nodeName"));
        await plane.KeptFor(pod, first, 0);
        await plane.Fault(first, null);
        var next = await scope.Add(IdentityPlane.Pod("q").Asking(SevenG, 1));
        await plane.BindEventually(next, first);
        await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
    });

    [Fact]
    public Task A_pod_made_anew_under_the_same_name_is_not_bound_by_the_old_ones_call() => Watched("anew", async scope =>
    {
        var node = await plane.AddNode(scope, "a");
        await plane.Fault(node, "create: hang");
        var old = await scope.Add(IdentityPlane.Pod("p").Asking(SevenG, 1));
        var bind = plane.Extender.Bind(old, node);
        await plane.KeptFor(old, node, 1);
        await scope.Remove("p");
        var anew = await scope.Add(IdentityPlane.Pod("p").Asking(SevenG, 1));
        await plane.Fault(node, null);

        Assert.NotEmpty(await bind);

        Assert.Contains("does not exist any more", await plane.Extender.Bind(old, node));
        Assert.Null((await scope.Pod("p")).Text("spec", "nodeName"));
        await plane.BindEventually(anew, node);
        Assert.Single(IdentityPlane.Slices(await plane.Admin.Get(NosPlane.GpuNode(node)), "spec"));
        await scope.Remove("p");
        await plane.BindEventually(await scope.Add(IdentityPlane.Pod("q").Asking(SevenG, 1)), node);
        await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
    });

    [Fact]
    public Task Of_two_binds_at_once_to_two_nodes_one_succeeds_and_the_other_leaves_nothing_behind() => Watched("two-nodes", async scope =>
    {
        string[] nodes = [await plane.AddNode(scope, "a"), await plane.AddNode(scope, "b")];
        for (var round = 0; round < 6; round++)
        {
            var pod = await scope.Add(IdentityPlane.Pod($"p{round}").Asking(SevenG, 1));

            var answers = await Task.WhenAll(nodes.Select(node => plane.Extender.Bind(pod, node)));

            var winner = Array.FindIndex(answers, answer => answer.Length == 0);
            Assert.Equal(1, answers.Count(answer => answer.Length == 0));
            Assert.Contains("already", answers[1 - winner]);
            Assert.Equal(nodes[winner], (await scope.Pod(pod.Name())).Text("spec", "nodeName"));
            await plane.KeptFor(pod, nodes[1 - winner], 0);
            await plane.BindEventually(await scope.Add(IdentityPlane.Pod($"q{round}").Asking(SevenG, 1)), nodes[1 - winner]);
            await scope.Remove($"p{round}");
            await scope.Remove($"q{round}");
            foreach (var node in nodes)
            {
                await plane.Reported(scope, node, "0-7g.80gb-0", null);
            }
        }

        await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
    });

    [Fact]
    public Task Of_fifty_binds_at_once_to_a_node_with_room_for_seven_exactly_seven_succeed() => Watched("fifty", async scope =>
    {
        var node = await plane.AddNode(scope, "a");
        var pods = await Task.WhenAll(Enumerable.Range(0, 50).Select(index => scope.Add(IdentityPlane.Pod($"p{index}").Asking(OneG, 1))));

        var answers = await Task.WhenAll(pods.Select(pod => plane.Extender.Bind(pod, node)));

        Assert.Equal(7, answers.Count(answer => answer.Length == 0));
        Assert.All(answers.Where(answer => answer.Length > 0), answer => Assert.Equal("NoOpenPlacement", answer));
        var reading = await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
        var promises = reading.Pods.Where(pod => pod.Namespace() == scope.Namespace).Select(pod => pod.Annotation("nos.nebuly.com/slices")).OfType<string>().ToList();
        Assert.Equal(7, promises.Distinct().Count());
        Assert.Equal(7, promises.Count);
    });

    private async Task Watched(string theme, Func<TestScope, Task> test)
    {
        await plane.Fault("none", null);
        await using var scope = await plane.Nos.Plane.Scope(theme);
        await InvariantWatch.During(plane.Admin, () => test(scope));
    }
}
