using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Binding;

/// <summary>Bind calls while the informer of pods lags behind, on old servers, and over bad connections.</summary>
public sealed class BindIdentityTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly LaggingCluster cluster = new();

    public Task InitializeAsync() => cluster.StartAsync("n1", "n2");

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task A_second_bind_succeeds_while_the_informer_still_shows_the_pod_as_waiting()
    {
        var pod = await cluster.AddPodAsync("p");

        Assert.Equal("", await cluster.BindAsync(pod, "n1"));
        Assert.Equal("", await cluster.BindAsync(pod, "n1"));

        Assert.Equal(1, cluster.Network.Bindings);
        Assert.Equal("main=0/7g.80gb@0", (await cluster.FindPodAsync("p"))!.Metadata.Annotation("nos.nebuly.com/slices"));
    }

    [Fact]
    public async Task A_bind_to_another_node_after_success_is_refused_and_takes_nothing_from_the_pod()
    {
        var pod = await cluster.AddPodAsync("p");
        await cluster.BindAsync(pod, "n1");

        Assert.Contains("is bound to n1 already", await cluster.BindAsync(pod, "n2"));

        Assert.Equal("NoOpenPlacement", await cluster.BindAsync(await cluster.AddPodAsync("q"), "n1"));
        Assert.Equal("", await cluster.BindAsync(await cluster.AddPodAsync("r"), "n2"));
    }

    [Fact]
    public async Task Of_two_binds_at_once_to_two_nodes_the_second_waits_for_the_first_to_be_settled()
    {
        var pod = await cluster.AddPodAsync("p");
        var other = Task.FromResult("");
        cluster.Network.OnTheWay = async () =>
        {
            // The pod still waits for all who look, and its Binding cannot be called back: the worst moment to give its place up.
            other = cluster.BindAsync(pod, "n2");
            await Task.WhenAny(other, Task.Delay(300));
        };

        Assert.Equal("", await cluster.BindAsync(pod, "n1"));

        Assert.Contains("is bound to n1 already", await other);
        Assert.Equal("NoOpenPlacement", await cluster.BindAsync(await cluster.AddPodAsync("q"), "n1"));
        Assert.Equal("", await cluster.BindAsync(await cluster.AddPodAsync("r"), "n2"));
    }

    [Fact]
    public async Task A_pod_made_anew_under_the_same_name_is_not_bound_by_a_server_that_looks_at_names_only()
    {
        cluster.Network.IsOld = true;
        var old = await cluster.AddPodAsync("p");
        await cluster.DeletePodAsync("p");
        var anew = await cluster.AddPodAsync("p");

        Assert.Contains("does not exist any more", await cluster.BindAsync(old, "n1"));

        Assert.Null((await cluster.FindPodAsync("p"))!.Spec.NodeName);
        Assert.Null(cluster.State.FindReservation(old.Metadata.Uid!));
        Assert.Equal("", await cluster.BindAsync(anew, "n1"));
    }

    [Fact]
    public async Task A_Binding_whose_answer_is_lost_is_found_on_the_pod_itself()
    {
        cluster.Network.LosesAnswers = true;
        var pod = await cluster.AddPodAsync("p");

        Assert.Equal("", await cluster.BindAsync(pod, "n1"));

        Assert.Equal("NoOpenPlacement", await cluster.BindAsync(await cluster.AddPodAsync("q"), "n1"));
    }

    [Fact]
    public async Task A_pod_that_is_bound_past_us_leaves_the_place_that_was_kept_for_it()
    {
        var pod = await cluster.AddPodAsync("p");
        await cluster.BindAsync(pod, "n1");
        var bound = await cluster.FindPodAsync("p");
        cluster.State.Apply(new InformerEvent<PodDocument>(false, [bound!], []));
        Assert.Contains("already", await cluster.BindAsync(pod, "n2"));
        Assert.Null(cluster.State.FindReservation(pod.Metadata.Uid!));
    }

    [Fact]
    public async Task A_pod_that_is_being_deleted_is_not_bound()
    {
        var pod = await cluster.AddPodAsync("p");
        cluster.State.Apply(new InformerEvent<PodDocument>(false, [pod with { Metadata = pod.Metadata with { DeletionTimestamp = DateTimeOffset.UtcNow } }], []));
        await cluster.DeletePodAsync("p");

        Assert.Contains("does not exist any more", await cluster.BindAsync(pod, "n1"));
        Assert.Equal(0, cluster.Network.Bindings);
    }
}
