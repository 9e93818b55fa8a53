using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Agent.Simulation;

public sealed class SimulatedAgentsTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly AgentCluster cluster = new();

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Reports_what_a_node_has_before_any_spec()
    {
        cluster.AddNode("node-1", count: "2");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();

        var ready = await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");
        await cluster.ConditionAsync("node-1", "Partitioned", "Unknown", "NoSpec");
        var status = await cluster.StatusAsync("node-1");

        Assert.Equal(("simulated", 1), (status.Driver, status.ObservedGeneration));
        var product = Assert.Single(status.Products);
        Assert.Equal(("NVIDIA-A100-SXM4-80GB", 81920, 79, 7), (product.Product, product.MemoryMiB, product.UsableGB, product.Profiles.Length));
        Assert.Equal([0, 2, 4], product.Profiles.Single(profile => profile.Name == "2g.20gb").Starts);
        Assert.Equal([0, 1], status.Gpus.Select(gpu => gpu.Index));
        Assert.All(status.Gpus, gpu => Assert.StartsWith("GPU-", gpu.Uuid, StringComparison.Ordinal));
        Assert.True(ready.LastTransitionTime > DateTimeOffset.UtcNow.AddMinutes(-5));
    }

    [Fact]
    public async Task Cuts_what_the_spec_lists_and_recuts_when_it_changes()
    {
        cluster.AddNode("node-1", count: "2");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();

        var first = await cluster.CutAsync("node-1", "1g.10gb@6 2g.20gb@0", "7g.80gb@0");
        var status = await cluster.ShowsAsync("node-1", "0-2g.20gb-0 Free, 0-1g.10gb-6 Free, 1-7g.80gb-0 Free");
        Assert.Equal(first.Metadata.Generation, status.ObservedGeneration);
        Assert.All(status.Gpus.SelectMany(gpu => gpu.Slices), slice => Assert.True(slice.Advertised));

        var second = await cluster.CutAsync("node-1", "3g.40gb@4", "");
        status = await cluster.ShowsAsync("node-1", "0-3g.40gb-4 Free");
        Assert.Equal(second.Metadata.Generation, status.ObservedGeneration);
        await cluster.ConditionAsync("node-1", "Partitioned", "True", "AsSpecified");
    }

    [Fact]
    public async Task Shares_a_GPU_by_MPS()
    {
        cluster.AddNode("node-1", "mps", "NVIDIA-A10");
        cluster.AddGpuNode("node-1", "MPS");
        await cluster.StartAsync();

        await cluster.CutAsync("node-1", "10gb#1 10gb#2 5gb#1");
        var status = await cluster.ShowsAsync("node-1", "0-5gb-1 Failed, 0-10gb-1 Free, 0-10gb-2 Free");

        Assert.Equal("With 0-5gb-1 the shares of GPU 0 would add up to 25 GB; 21 GB are usable.", status.Gpus[0].Slices[0].Message);
        Assert.All(status.Gpus[0].Slices, slice => Assert.Null(slice.Uuid));
    }

    [Fact]
    public async Task A_spec_edited_by_hand_into_nonsense_fails_slice_by_slice()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();

        await cluster.CutAsync(
            "node-1",
            new GpuSpec { Index = 0, Slices = [Slices.Entry("2g.20gb@0"), Slices.Entry("1g.10gb@1"), Slices.Entry("9g.99gb@0"), Slices.Entry("1g.10gb@6")] },
            Slices.Gpu(9, "1g.10gb@0"));

        var status = await cluster.ShowsAsync("node-1", "0-2g.20gb-0 Free, 0-9g.99gb-0 Failed, 0-1g.10gb-1 Failed, 0-1g.10gb-6 Free, 9-1g.10gb-0 Failed");
        Assert.Equal("The node has no GPU 9; it has 0 to 0.", status.Gpus[1].Slices[0].Message);
        var partitioned = await cluster.ConditionAsync("node-1", "Partitioned", "False", "SlicesFailed");
        Assert.StartsWith("3 slices failed.", partitioned.Message, StringComparison.Ordinal);
        await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");
    }

    [Fact]
    public async Task A_bound_pod_uses_its_promised_slices_until_it_has_ended()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@3 1g.10gb@5");
        await cluster.StartAsync();
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free, 0-1g.10gb-3 Free, 0-1g.10gb-5 Free");

        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb", "main=0/1g.10gb@3");
        cluster.AddPod("b", "node-1", "nvidia.com/mig-1g.10gb");
        var status = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/b/main, 0-1g.10gb-3 Used default/a/main, 0-1g.10gb-5 Free");
        Assert.Equal(await cluster.UidAsync("a"), status.Gpus[0].Slices[1].PodUid);
        var uuid = status.Gpus[0].Slices[1].Uuid;

        await cluster.EndPodAsync("a", "Succeeded");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/b/main, 0-1g.10gb-3 Free, 0-1g.10gb-5 Free");
        await cluster.DeletePodAsync("b");
        status = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free, 0-1g.10gb-3 Free, 0-1g.10gb-5 Free");
        Assert.Equal(uuid, status.Gpus[0].Slices[1].Uuid);
    }

    [Fact]
    public async Task A_pod_that_is_being_deleted_still_holds_its_slice()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();
        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb");
        cluster.AddPod("b", "node-1", "nvidia.com/mig-1g.10gb");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main, 0-1g.10gb-1 Used default/b/main");

        await cluster.DeletePodAsync("a", grace: 30);
        await cluster.CutAsync("node-1", "");
        await cluster.DeletePodAsync("b");

        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main");
        await cluster.DeletePodAsync("a");
        await cluster.ShowsAsync("node-1", "");
    }

    [Fact]
    public async Task An_init_container_hands_its_slice_on_and_a_second_container_has_its_own()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1 1g.10gb@2 2g.20gb@4");
        await cluster.StartAsync();
        const string more = """
            ,"initContainers":[{"name":"zz-setup","image":"i","resources":{"limits":{"nvidia.com/mig-1g.10gb":"1"}}}]
            """;

        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb", "main=0/1g.10gb@2,zz-setup=0/1g.10gb@2", more: more);

        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free, 0-1g.10gb-1 Free, 0-1g.10gb-2 Used default/a/main, 0-2g.20gb-4 Free");
    }

    [Fact]
    public async Task Two_pods_swap_their_slices_where_the_faults_say_so()
    {
        var faults = Path.GetTempFileName();
        await File.WriteAllTextAsync(faults, "node-1: {allocate: swap}");
        cluster.Options = cluster.Options with { SimulatedFaults = faults };
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1");
        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb", "main=0/1g.10gb@0");
        cluster.AddPod("b", "node-1", "nvidia.com/mig-1g.10gb", "main=0/1g.10gb@1");
        await cluster.StartAsync();

        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/b/main, 0-1g.10gb-1 Used default/a/main");
        File.Delete(faults);
    }

    [Fact]
    public async Task A_slice_in_use_outlives_spec_label_and_agent()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();
        await cluster.CutAsync("node-1", "1g.10gb@0 2g.20gb@2 1g.10gb@6");
        cluster.AddPod("a", "node-1", "nvidia.com/mig-2g.20gb");
        var uuid = (await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free, 0-2g.20gb-2 Used default/a/main, 0-1g.10gb-6 Free")).Gpus[0].Slices[1].Uuid;

        await cluster.CutAsync("node-1", "4g.40gb@0 1g.10gb@6");
        var status = await cluster.ShowsAsync("node-1", "0-4g.40gb-0 Failed, 0-2g.20gb-2 Used default/a/main, 0-1g.10gb-6 Free");
        Assert.Equal("0-4g.40gb-0 overlaps 0-2g.20gb-2. 0-2g.20gb-2 is in use by default/a/main.", status.Gpus[0].Slices[0].Message);

        await cluster.LabelAsync("node-1", "nos.nebuly.com/gpu-partitioning", null);
        await cluster.CutAsync("node-1", "");
        await cluster.ShowsAsync("node-1", "0-2g.20gb-2 Used default/a/main");
        await cluster.ConditionAsync("node-1", "Partitioned", "False", "LabelGone");

        await cluster.StopAsync();
        await cluster.StartAsync();
        await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");
        Assert.Equal(uuid, (await cluster.ShowsAsync("node-1", "0-2g.20gb-2 Used default/a/main")).Gpus[0].Slices[0].Uuid);

        await cluster.DeletePodAsync("a");
        await cluster.ShowsAsync("node-1", "");
    }

    [Fact]
    public async Task A_restart_disturbs_nothing_and_knows_whose_slices_are_whose()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@3");
        await cluster.StartAsync();
        cluster.AddPod("b", "node-1", "nvidia.com/mig-1g.10gb");
        var before = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/b/main, 0-1g.10gb-3 Free");
        await cluster.StopAsync();
        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb", "main=0/1g.10gb@0");

        await cluster.StartAsync();
        var after = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/b/main, 0-1g.10gb-3 Used default/a/main");

        Assert.Equal(before.Gpus[0].Slices.Select(slice => slice.Uuid), after.Gpus[0].Slices.Select(slice => slice.Uuid));
    }

    [Fact]
    public async Task Nonsense_on_one_node_is_told_there_and_stops_no_other()
    {
        cluster.AddNode("node-1", count: "banana");
        cluster.AddNode("node-2", product: "NVIDIA-Banana");
        cluster.AddNode("node-3", mode: "banana");
        cluster.AddNode("node-4");
        foreach (var node in new[] { "node-1", "node-2", "node-3", "node-4" })
        {
            cluster.AddGpuNode(node);
            await cluster.CutAsync(node, "1g.10gb@0");
        }

        await cluster.StartAsync();

        var count = await cluster.ConditionAsync("node-1", "Ready", "False", "GpuCountInvalid");
        Assert.Equal("The node's label nvidia.com/gpu.count is 'banana'; write how many GPUs it has, a number from 1 to 64.", count.Message);
        await cluster.ConditionAsync("node-2", "Ready", "False", "GpuProductUnknown");
        await cluster.ConditionAsync("node-3", "Ready", "False", "PartitioningLabelInvalid");
        await cluster.ShowsAsync("node-4", "0-1g.10gb-0 Free");

        await cluster.LabelAsync("node-1", "nvidia.com/gpu.count", "2");
        await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");
    }

    [Fact]
    public async Task A_label_that_turns_to_nonsense_takes_nobodys_slice_away()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0");
        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb");
        await cluster.StartAsync();
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main");

        await cluster.LabelAsync("node-1", "nvidia.com/gpu.count", "banana");

        await cluster.ConditionAsync("node-1", "Ready", "False", "GpuCountInvalid");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main");
    }

    [Fact]
    public async Task Nodes_that_come_go_and_come_back_are_followed()
    {
        await cluster.StartAsync();
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0");
        cluster.AddPod("a", "node-1", "nvidia.com/mig-1g.10gb");
        cluster.AddNode("node-1");
        var uuid = (await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main")).Gpus[0].Slices[0].Uuid;

        await cluster.LabelAsync("node-1", "simulated", "no");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1");
        await cluster.LabelAsync("node-1", "simulated", "yes");

        var status = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Used default/a/main, 0-1g.10gb-1 Free");
        Assert.Equal(uuid, status.Gpus[0].Slices[0].Uuid);
    }

    [Fact]
    public async Task What_somebody_else_writes_into_the_report_is_put_right()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0");
        await cluster.StartAsync();
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");

        await cluster.Client.PatchAsync(
            Nos.Scheduling.Cluster.Api.KubeResources.GpuNodes, null, "node-1", new() { ["status"] = new System.Text.Json.Nodes.JsonObject { ["gpus"] = null } }, default, "status");

        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");
    }

    [Fact]
    public async Task When_told_to_stop_every_node_is_reported_as_not_ready_last()
    {
        cluster.AddNode("node-1");
        cluster.AddNode("node-2");
        cluster.AddGpuNode("node-1");
        cluster.AddGpuNode("node-2");
        await cluster.StartAsync();
        await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");
        await cluster.ConditionAsync("node-2", "Ready", "True", "AgentReady");

        await cluster.StopAsync();

        Assert.Equal("Stopping", Assert.Single((await cluster.StatusAsync("node-1")).Conditions, condition => condition is { Type: "Ready", Status: "False" }).Reason);
        Assert.Contains((await cluster.StatusAsync("node-2")).Conditions, condition => condition is { Type: "Ready", Status: "False", Reason: "Stopping" });
        Assert.Contains((await cluster.StatusAsync("node-2")).Conditions, condition => condition is { Type: "Partitioned" });
    }

    [Fact]
    public async Task A_report_that_is_stored_already_is_not_written_again()
    {
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0");
        cluster.Options = cluster.Options with { ReportInterval = TimeSpan.FromMilliseconds(100) };
        await cluster.StartAsync();
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");
        await BeatAsync(3);
        var written = Writes();

        await BeatAsync(5);

        Assert.Equal(written, Writes());

        int Writes() => cluster.Requests.Count(request => request.Request == "PATCH apis/nos.nebuly.com/v1alpha1/gpunodes/node-1/status");

        async Task BeatAsync(int times)
        {
            for (var beat = 0; beat < times; beat++)
            {
                var before = (await cluster.LeaseAsync("node-1"))?.Spec.RenewTime;
                await Eventually.Async(async () => (await cluster.LeaseAsync("node-1"))?.Spec.RenewTime == before ? "no beat" : "");
            }
        }
    }

    [Fact]
    public async Task Allocatable_is_written_as_kubelet_would_where_that_is_asked_for()
    {
        cluster.Options = cluster.Options with { SimulateAllocatable = true };
        cluster.AddNode("node-1", count: "2");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1 2g.20gb@4", "1g.10gb@0");
        await cluster.StartAsync();
        await AllocatableAsync("nvidia.com/mig-1g.10gb=3 nvidia.com/mig-2g.20gb=1");

        await cluster.CutAsync("node-1", "1g.10gb@0", "");
        await AllocatableAsync("nvidia.com/mig-1g.10gb=1 nvidia.com/mig-2g.20gb=0");

        async Task AllocatableAsync(string wanted) => await Eventually.Async(async () =>
        {
            var node = await cluster.Client.FindAsync(Nos.Scheduling.Cluster.Api.KubeResources.Nodes, null, "node-1", default);
            Assert.Equal(node?.Status.Capacity, node?.Status.Allocatable);
            var shown = string.Join(" ", (node?.Status.Allocatable ?? []).Select(amount => $"{amount.Key}={amount.Value}").Order());
            return shown == wanted ? "" : $"wanted {wanted}, is {shown}";
        });
    }
}
