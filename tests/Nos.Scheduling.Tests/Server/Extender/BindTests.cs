using System.Net;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.Binding;

namespace Nos.Scheduling.Tests.Server.Extender;

/// <summary>Whose bind came to nothing is to be tried again soon, which the scheduler's queue has to be told.</summary>
public sealed class BindTests : IDisposable
{
    private readonly BindingCluster cluster = new("n1");
    private readonly List<string> failed = [];
    private readonly ExtenderEndpoints extender;

    public BindTests() => extender = new ExtenderEndpoints(
        cluster.State, new AssumedPlaces(cluster.Clock), new OfferedNodes(), PlacementPolicy.Fragmentation, () => Terms.Of(cluster, failed.Add));

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_bind_that_succeeds_wakes_nobody()
    {
        var pod = cluster.AddPod("p");
        var answer = AskAsync(pod.Uid, CancellationToken.None);
        await Eventually.Async(() => cluster.Requests.Any(request => request.StartsWith("PATCH", StringComparison.Ordinal)));
        await Eventually.Async(async () =>
        {
            cluster.Report("n1");
            await Task.Yield();
            return answer.IsCompleted ? "" : "not bound";
        });

        Assert.Equal("""{"Error":""}""", (await answer).Body);
        Assert.Empty(failed);
    }

    [Fact]
    public async Task A_bind_that_the_API_server_refused_wakes_the_queue()
    {
        cluster.Refuses = request => request.StartsWith("PATCH gpunodes", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : null;

        var answer = AskAsync(cluster.AddPod("p").Uid, CancellationToken.None);
        await Eventually.Async(async () =>
        {
            cluster.Clock.Advance(1);
            await Task.Yield();
            return answer.IsCompleted ? "" : "not refused";
        });

        Assert.NotEqual("""{"Error":""}""", (await answer).Body);
        Assert.Equal(["n1"], failed);
    }

    [Fact]
    public async Task Who_may_not_lead_any_more_says_so_and_closes_the_connection_before_the_term_has_ended()
    {
        cluster.Delays = request => request.StartsWith("PATCH gpunodes", StringComparison.Ordinal)
            ? Task.FromException(new KubeApiException(0, KubeApiException.NotSent, "not sent"))
            : Task.CompletedTask;

        var answer = AskAsync(cluster.AddPod("p").Uid, CancellationToken.None);
        await Eventually.Async(async () =>
        {
            cluster.Clock.Advance(1);
            await Task.Yield();
            return answer.IsCompleted ? "" : "not answered";
        });

        Assert.Equal(new ExtenderCall("standby", 200, "close", """{"Error":"not the leader"}"""), await answer);
        Assert.Empty(cluster.Bindings);
    }

    [Fact]
    public async Task A_caller_who_hung_up_has_put_the_pod_aside_too()
    {
        using var caller = new CancellationTokenSource();
        var answer = AskAsync(cluster.AddPod("p").Uid, caller.Token);
        await Eventually.Async(() => cluster.Requests.Any(request => request.StartsWith("PATCH", StringComparison.Ordinal)));

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        Assert.Equal(["n1"], failed);
    }

    private Task<ExtenderCall> AskAsync(string uid, CancellationToken caller) =>
        ExtenderCall.AskAsync(extender.BindAsync, $$"""{"PodName":"p","PodNamespace":"team","PodUID":"{{uid}}","Node":"n1"}""", caller);
}
