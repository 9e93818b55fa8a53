using System.Net;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.Binding;

public sealed class BinderTests : IDisposable
{
    private readonly BindingCluster cluster = new("n1", "n2");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Binds_once_the_agent_has_the_slice_advertised()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Report("n1", "Creating");
        Assert.False(binding.IsCompleted);

        cluster.Report("n1");

        Assert.Null((await binding).Error);
        Assert.Equal("n1", cluster.NodeOf("p"));
        Assert.Equal("main=0/1g.10gb@4", cluster.Find(KubeResources.Pods, "team", "p").Metadata.Annotation(NosKeys.Slices));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    public async Task Believes_no_report_about_another_generation(long generation)
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        cluster.Report("n1", generation: generation);
        await PassAsync();
        Assert.False(binding.IsCompleted);

        cluster.Report("n1");
        Assert.Null((await binding).Error);
    }

    [Theory]
    [InlineData("False")]
    [InlineData("Unknown")]
    [InlineData(null)]
    public async Task Binds_to_no_node_whose_agent_does_not_say_that_it_is_ready(string? ready)
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");

        cluster.Report("n1", ready: ready);

        Assert.Equal(Misfit.NodeNotReady, (await binding.WaitAsync(Patience)).Misfit);
        Assert.Empty(cluster.Bindings);

        cluster.Report("n1");
        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
    }

    [Fact]
    public async Task Binds_to_no_node_whose_agents_Lease_has_run_out_however_good_its_last_report()
    {
        cluster.Settings = cluster.Settings with { BindWait = TimeSpan.FromMinutes(5), ReservationTtl = TimeSpan.FromMinutes(10) };
        await cluster.RestartAsync();
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");

        cluster.Clock.Advance(91);
        cluster.State.Tick();
        cluster.Report("n1");

        Assert.Equal(Misfit.AgentSilent, (await binding.WaitAsync(Patience)).Misfit);
        Assert.Equal(Misfit.AgentSilent, (await cluster.BindAsync(pod, "n1")).Misfit);
        Assert.Empty(cluster.Bindings);

        cluster.Beat("n1");
        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
        Assert.Equal(["PATCH gpunodes/n1"], cluster.Requests.Where(request => request == "PATCH gpunodes/n1"));
    }

    [Fact]
    public async Task Answers_when_the_wait_is_over_and_finds_the_slice_at_the_retry()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");

        cluster.Clock.Advance(10);

        Assert.Contains("the place is kept", (await binding.WaitAsync(Patience)).Error);
        Assert.Equal(Misfit.PartitioningBackoff, cluster.State.Current.Find("n1")!.Obstacle);
        Assert.Equal("....r...", cluster.Drawn("n1"));
        cluster.Report("n1");
        Assert.Equal(Misfit.None, cluster.State.Current.Find("n1")!.Obstacle);
        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
        Assert.Single(cluster.Requests, request => request == "PATCH gpunodes/n1");
    }

    [Fact]
    public async Task Posts_nothing_once_the_caller_has_hung_up_and_keeps_the_place()
    {
        using var caller = new CancellationTokenSource();
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1", caller.Token);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => binding.WaitAsync(Patience));
        cluster.Report("n1");
        await PassAsync();
        Assert.Empty(cluster.Bindings);

        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
        Assert.Single(cluster.Requests, request => request == "PATCH gpunodes/n1");
    }

    [Fact]
    public async Task Posts_nothing_to_the_first_node_once_the_pod_was_sent_to_another()
    {
        var pod = cluster.AddPod("p");
        var first = await cluster.BindWaitingAsync(pod, "n1");
        var second = cluster.BindAsync(pod, "n2");
        Assert.Empty(cluster.Spec("n2"));

        cluster.Clock.Advance(10);
        Assert.Contains("the place is kept", (await first.WaitAsync(Patience)).Error);
        await Eventually.Async(() => cluster.Spec("n2").Count == 1);
        Assert.Equal("....f...", cluster.Drawn("n1"));
        cluster.Report("n1");
        cluster.Report("n2");

        Assert.Null((await second.WaitAsync(Patience)).Error);
        Assert.Equal("n2", cluster.NodeOf("p"));
        Assert.Single(cluster.Bindings);
    }

    [Fact]
    public async Task Posts_nothing_when_the_reservation_ran_out_while_it_waited()
    {
        cluster.Settings = cluster.Settings with { ReservationTtl = TimeSpan.FromSeconds(5) };
        await cluster.RestartAsync();
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");
        cluster.Clock.Advance(6);
        cluster.State.Tick();

        cluster.Report("n1");

        Assert.NotNull((await binding.WaitAsync(Patience)).Error);
        Assert.Empty(cluster.Bindings);
        Assert.Equal("....f...", cluster.Drawn("n1"));
    }

    [Fact]
    public async Task Posts_nothing_for_a_pod_that_was_deleted_while_it_waited()
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        cluster.State.Apply(new InformerEvent<PodDocument>(false, [], [cluster.Find(KubeResources.Pods, "team", "p")]));
        cluster.Report("n1");

        Assert.NotNull((await binding.WaitAsync(Patience)).Error);
        Assert.Empty(cluster.Bindings);
    }

    [Fact]
    public async Task A_slice_that_cannot_be_made_frees_its_place_at_once_and_leaves_the_spec()
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        cluster.Report("n1", "Failed");

        Assert.Equal(Misfit.PartitioningBackoff, (await binding.WaitAsync(Patience)).Misfit);
        Assert.Equal("........", cluster.Drawn("n1"));
        Assert.Empty(cluster.Spec("n1"));
        Assert.Equal(Misfit.PartitioningBackoff, cluster.State.Current.Find("n1")!.Obstacle);
        Assert.Equal(Misfit.None, cluster.State.Current.Find("n2")!.Obstacle);
    }

    [Fact]
    public async Task Giving_up_half_way_still_names_the_reason_frees_the_place_and_is_not_undone_by_the_spec()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Refuses = asked => asked == "PATCH gpunodes/n1" ? HttpStatusCode.InternalServerError : null;

        cluster.Report("n1", "Failed");

        var outcome = await binding.WaitAsync(Patience);
        Assert.Equal(Misfit.PartitioningBackoff, outcome.Misfit);
        Assert.Contains("0-1g.10gb-4", outcome.Error);
        Assert.Single(cluster.Spec("n1"));
        Assert.Equal("........", cluster.Drawn("n1"));
        Assert.True(cluster.State.NamesOwnersThatLeft("n1"));
    }

    [Fact]
    public async Task A_pod_that_goes_elsewhere_blocks_nothing_where_it_first_should_have_gone()
    {
        var pod = cluster.AddPod("p", "nvidia.com/mig-7g.80gb");
        var first = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Clock.Advance(10);
        await first;
        cluster.Report("n1");

        _ = await cluster.BindWaitingAsync(pod, "n2");
        Assert.Equal("ffffffff", cluster.Drawn("n1"));

        cluster.Clock.Advance(10);
        cluster.State.Tick();
        Assert.Null((await cluster.BindAsync(cluster.AddPod("q", "nvidia.com/mig-7g.80gb"), "n1")).Error);
    }

    [Fact]
    public async Task A_GpuNode_that_was_deleted_and_made_anew_ends_the_wait()
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        await cluster.Client.DeleteAsync(KubeResources.GpuNodes, null, "n1", default);
        cluster.Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", State.Facts.GpuNode(["0/1g.10gb@4"], ["0/1g.10gb@4"], "n1", gpus: 1, generation: 50));
        cluster.Report("n1", generation: 50);

        Assert.NotNull((await binding.WaitAsync(Patience)).Error);
        Assert.Empty(cluster.Bindings);
    }

    [Fact]
    public async Task What_a_hand_takes_out_of_the_spec_meanwhile_is_put_back()
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        cluster.State.Apply(cluster.Edit("n1", "0/2g.20gb@0"));
        await Eventually.Async(() => cluster.Spec("n1").Count == 2);
        cluster.Report("n1");

        Assert.Null((await binding.WaitAsync(Patience)).Error);
        Assert.Equal(["0-2g.20gb-0", "0-1g.10gb-4"], cluster.Spec("n1").Select(slice => slice.Id));
    }

    [Fact]
    public async Task What_a_hand_has_added_to_the_spec_survives_our_writes()
    {
        cluster.Edit("n1", "0/2g.20gb@0");

        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        Assert.Equal(["0-2g.20gb-0", "0-1g.10gb-4"], cluster.Spec("n1").Select(slice => slice.Id));
        cluster.Report("n1");
        Assert.Null((await binding).Error);
    }

    [Fact]
    public async Task A_free_slice_is_taken_over_without_a_write()
    {
        cluster.State.Apply(cluster.Edit("n1", "0/1g.10gb@4"));
        cluster.Report("n1");

        Assert.Null((await cluster.BindAsync(cluster.AddPod("p"), "n1")).Error);

        Assert.Single(cluster.Requests, request => request == "PATCH gpunodes/n1");
    }

    [Fact]
    public async Task A_free_slice_is_not_taken_over_while_a_write_that_drops_it_is_on_its_way()
    {
        var release = await DropsOnItsWayAsync();

        var binding = cluster.BindAsync(cluster.AddPod("p"), "n1");
        await PassAsync();
        Assert.False(binding.IsCompleted);
        release.SetResult();

        await Eventually.Async(() => cluster.Spec("n1").Any(slice => slice is { Id: "0-1g.10gb-4", For: not null }));
        Assert.Empty(cluster.Bindings);
        cluster.Report("n1");
        Assert.Null((await binding.WaitAsync(Patience)).Error);
    }

    [Fact]
    public async Task A_free_slice_is_not_taken_over_without_a_write_after_one_that_may_have_dropped_it_was_lost()
    {
        cluster.Loses = asked => asked == "PATCH gpunodes/n1" && cluster.Spec("n1").Any(slice => slice.Profile == "7g.80gb") ? HttpStatusCode.GatewayTimeout : null;
        (await DropsOnItsWayAsync()).SetResult();
        await Eventually.Async(() => cluster.Spec("n1").Any(slice => slice.Profile == "7g.80gb"));
        cluster.Loses = _ => null;

        var binding = cluster.BindAsync(cluster.AddPod("p"), "n1");
        await Eventually.Async(() => cluster.Spec("n1").Any(slice => slice is { Id: "0-1g.10gb-4", For: not null }));
        Assert.Empty(cluster.Bindings);
        cluster.Report("n1");
        Assert.Null((await binding.WaitAsync(Patience)).Error);
    }

    [Fact]
    public async Task A_free_slice_that_the_spec_keeps_for_a_pod_which_went_elsewhere_is_written_down_before_it_is_taken_over()
    {
        var gone = cluster.AddPod("gone", "nvidia.com/mig-7g.80gb");
        var first = await cluster.BindWaitingAsync(gone, "n1");
        cluster.Clock.Advance(10);
        await first;
        cluster.Report("n1");
        _ = await cluster.BindWaitingAsync(gone, "n2");
        cluster.Clock.Advance(10);
        cluster.State.Tick();
        Assert.Equal(gone.Uid, cluster.Spec("n1").Single().For!.Uid);

        var pod = cluster.AddPod("p", "nvidia.com/mig-7g.80gb");
        Assert.Null((await cluster.BindAsync(pod, "n1").WaitAsync(Patience)).Error);

        Assert.Equal(pod.Uid, cluster.Spec("n1").Single().For!.Uid);
        Assert.Equal(["PATCH gpunodes/n1", "POST pods/p/binding"], cluster.Requests.Where(request => !request.StartsWith("GET", StringComparison.Ordinal)).TakeLast(2));
    }

    [Fact]
    public async Task A_spec_that_cannot_be_written_in_time_ends_the_wait_and_is_not_the_nodes_fault()
    {
        var release = new TaskCompletionSource();
        cluster.Delays = asked => asked == "PATCH gpunodes/n1" ? release.Task : Task.CompletedTask;
        var pod = cluster.AddPod("p");
        var binding = cluster.BindAsync(pod, "n1");
        await Eventually.Async(() => cluster.Requests.Contains("PATCH gpunodes/n1"));

        cluster.Clock.Advance(10);

        Assert.Contains("could not be written within 10 s", (await binding.WaitAsync(Patience)).Error);
        Assert.Equal(Misfit.None, cluster.State.Current.Find("n1")!.Obstacle);
        release.SetResult();
        await Eventually.Async(() => cluster.Spec("n1").Any(slice => slice.For?.Uid == pod.Uid));
        cluster.Report("n1");
        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
    }

    [Fact]
    public async Task A_place_whose_slices_came_too_late_for_the_bind_is_known_to_be_ready()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Clock.Advance(10);
        await binding;
        Assert.Null(cluster.Binder.ReadyOn(pod.Uid));

        cluster.Report("n1");

        Assert.Equal("n1", cluster.Binder.ReadyOn(pod.Uid));
        Assert.Null(cluster.Binder.ReadyOn("another"));
        await cluster.BindAsync(pod, "n1");
        cluster.Hear("p");
        Assert.Null(cluster.Binder.ReadyOn(pod.Uid));
    }

    [Fact]
    public async Task A_write_that_lost_to_another_asks_for_the_newest_only_where_nobody_has_told_it()
    {
        var (writes, isTold) = (0, false);
        cluster.Delays = request =>
        {
            // While the first write is on its way the agent's report comes in between, and is heard of.
            if (request == "PATCH gpunodes/n1" && !isTold)
            {
                isTold = true;
                cluster.Report("n1", generation: 0);
            }

            return Task.CompletedTask;
        };
        cluster.Refuses = request => request switch
        {
            "PATCH gpunodes/n1" => ++writes == 1 ? HttpStatusCode.Conflict : null,
            "GET gpunodes/n1" when writes == 1 => HttpStatusCode.InternalServerError,
            _ => null,
        };

        var binding = cluster.BindAsync(cluster.AddPod("p"), "n1");
        await Eventually.Async(() => writes == 2 || binding.IsCompleted);

        Assert.False(binding.IsCompleted, binding.IsCompleted ? (await binding).Error : "");
    }

    [Fact]
    public async Task A_slice_that_somebody_takes_first_sends_the_pod_elsewhere_and_lets_the_node_be()
    {
        var binding = await cluster.BindWaitingAsync(cluster.AddPod("p"), "n1");

        cluster.Report("n1", "Used:somebody");

        Assert.Equal(Misfit.NoOpenPlacement, (await binding.WaitAsync(Patience)).Misfit);
        Assert.Equal(Misfit.None, cluster.State.Current.Find("n1")!.Obstacle);
        Assert.Empty(cluster.Bindings);
    }

    [Fact]
    public async Task A_pod_that_is_bound_already_is_a_success_though_nobody_has_heard_of_it_yet()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Report("n1");
        await binding;

        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
        Assert.Contains("is bound to n1 already", await ElsewhereAsync(pod));
        Assert.Equal("n1", cluster.NodeOf("p"));
    }

    [Fact]
    public async Task A_server_that_remembers_nothing_gives_the_slice_to_whom_the_spec_keeps_it_for()
    {
        var pod = cluster.AddPod("p", "nvidia.com/mig-7g.80gb");
        var binding = await cluster.BindWaitingAsync(pod, "n1");
        cluster.Clock.Advance(10);
        await binding;
        cluster.Report("n1");

        await cluster.RestartAsync();

        Assert.Equal(Misfit.NoOpenPlacement, (await cluster.BindAsync(cluster.AddPod("q"), "n1")).Misfit);
        Assert.Null((await cluster.BindAsync(pod, "n1")).Error);
        Assert.Equal("n1", cluster.NodeOf("p"));
    }

    /// <summary>A pod that needs the whole GPU had the free slice dropped and is gone again, before the write has reached the server.</summary>
    private async Task<TaskCompletionSource> DropsOnItsWayAsync()
    {
        cluster.State.Apply(cluster.Edit("n1", "0/1g.10gb@4"));
        cluster.Report("n1");
        var release = new TaskCompletionSource();
        var sent = new TaskCompletionSource();
        cluster.Delays = asked =>
        {
            var isWrite = asked == "PATCH gpunodes/n1" && sent.TrySetResult();
            return isWrite ? release.Task : Task.CompletedTask;
        };
        var whole = cluster.AddPod("whole", "nvidia.com/mig-7g.80gb");
        _ = cluster.BindAsync(whole, "n1");
        await sent.Task.WaitAsync(Patience);
        cluster.State.Apply(new InformerEvent<PodDocument>(false, [], [cluster.Find(KubeResources.Pods, "team", "whole")]));
        Assert.Equal("....f...", cluster.Drawn("n1"));
        return release;
    }

    private static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Lets whoever could act on what has been said do so.</summary>
    private static Task PassAsync() => Task.Delay(100);

    private async Task<string?> ElsewhereAsync(BindRequest pod)
    {
        var binding = cluster.BindAsync(pod, "n2");
        await Eventually.Async(() => binding.IsCompleted || cluster.Spec("n2").Count > 0);
        cluster.Report("n2");
        return (await binding.WaitAsync(Patience)).Error;
    }
}
