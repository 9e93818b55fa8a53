using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

/// <summary>Seen with the product's own client, which is what the faults are for.</summary>
[Collection(ControlPlaneCollection.Name)]
public sealed class ApiFaultsTests(SharedControlPlane shared) : IAsyncLifetime
{
    private ApiFaults faults = null!;
    private TestScope scope = null!;
    private KubeConnection connection = null!;
    private KubeClient client = null!;

    private static CancellationToken Never => CancellationToken.None;

    public async Task InitializeAsync()
    {
        scope = await shared.Plane.Scope("faults");
        faults = await ApiFaults.Start(shared.Plane);
        connection = KubeConfig.Open(faults.IssueClient("jane", "system:masters"));
        client = connection.CreateClient();
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        connection.Dispose();
        await faults.DisposeAsync();
        await scope.DisposeAsync();
    }

    [Fact]
    public async Task A_caller_is_to_the_API_server_who_it_is_and_its_calls_are_counted()
    {
        using var other = KubeConfig.Open(faults.IssueClient("stranger"));
        using var stranger = other.CreateClient();

        var forbidden = await Assert.ThrowsAsync<KubeApiException>(() => stranger.ListAsync(KubeResources.Pods, null, Never));
        await Create("a");
        Assert.NotNull(await client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never));

        Assert.Contains("\"stranger\" cannot list", forbidden.Message, StringComparison.Ordinal);
        Assert.Equal(["GET stranger", "POST jane", "GET jane"], faults.Calls.Select(call => $"{call.Method} {call.Caller}"));
        Assert.Equal(1, faults.Count(call => call.Path.EndsWith("/leases/a", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict, "Conflict")]
    [InlineData(HttpStatusCode.Gone, "Expired")]
    [InlineData(HttpStatusCode.TooManyRequests, "TooManyRequests")]
    [InlineData(HttpStatusCode.InternalServerError, "InternalError")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable")]
    public async Task The_first_so_many_chosen_calls_are_refused_and_nothing_is_done(HttpStatusCode status, string reason)
    {
        using var fault = faults.Answer(status, call => call.Method == "POST", times: 2, retryAfter: TimeSpan.FromSeconds(3));

        for (var count = 0; count < 2; count++)
        {
            var refused = await Assert.ThrowsAsync<KubeApiException>(() => Create("a"));
            Assert.Equal((status, reason, TimeSpan.FromSeconds(3)), (refused.Status, refused.Reason, refused.RetryAfter));
            Assert.Null(await client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never));
        }

        await Create("a");
        Assert.Equal(2, fault.Happened);
    }

    [Fact]
    public async Task One_call_in_so_many_is_refused_until_the_fault_ends()
    {
        var fault = faults.Answer(HttpStatusCode.Conflict, call => call.Method == "POST", oneIn: 3);
        var refused = new List<int>();
        for (var count = 0; count < 7; count++)
        {
            if (await Record.ExceptionAsync(() => Create($"l{count}")) is not null)
            {
                refused.Add(count);
            }
        }

        fault.Dispose();
        await Create("l0");
        await Create("l3");

        Assert.Equal([0, 3, 6], refused);
    }

    [Fact]
    public async Task A_cut_answer_leaves_the_caller_in_the_dark_about_what_was_done()
    {
        faults.CutAnswers(call => call.Method == "POST", times: 1);

        var dark = await Assert.ThrowsAsync<KubeApiException>(() => Create("a"));

        Assert.Equal((0, true), ((int)dark.Status, dark.IsTransient));
        Assert.NotNull(await client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never));
    }

    [Fact]
    public async Task A_cut_request_is_never_heard_of_and_others_of_the_same_client_go_on()
    {
        faults.CutRequests(call => call.Method == "POST", times: 1);
        var release = new TaskCompletionSource();
        faults.Hold(() => release.Task, call => call.Method == "GET", times: 1);
        var held = client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never);

        var cut = await Assert.ThrowsAsync<KubeApiException>(() => Create("a"));
        Assert.Equal(0, (int)cut.Status);
        Assert.Null(await scope.Api.Find($"{ApiPaths.Leases(scope.Namespace)}/a"));

        Assert.False(held.IsCompleted);
        await Create("a");
        release.SetResult();
        Assert.NotNull(await held);
    }

    [Fact]
    public async Task A_garbled_answer_cannot_be_read()
    {
        await Create("a");
        faults.Garble(call => call.Method == "GET", times: 1);

        var garbled = await Assert.ThrowsAsync<KubeApiException>(() => client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never));

        Assert.Equal("Unreadable", garbled.Reason);
    }

    [Fact]
    public async Task A_delayed_call_takes_its_time()
    {
        faults.Delay(TimeSpan.FromMilliseconds(300), call => call.Method == "GET");
        var began = TimeProvider.System.GetTimestamp();

        await client.FindAsync(KubeResources.Leases, scope.Namespace, "a", Never);

        Assert.True(TimeProvider.System.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(290));
    }

    [Fact]
    public async Task Watches_come_through_are_told_410_and_begin_anew()
    {
        using var stop = new CancellationTokenSource();
        var heard = new HashSet<string>();
        var informer = new Informer<LeaseDocument>(
            client, KubeResources.Leases, change => { lock (heard) { heard.UnionWith(change.Changed.Select(lease => lease.Metadata.Name)); } }, NullLogger.Instance, TimeProvider.System, ns: scope.Namespace);
        var running = informer.RunAsync(stop.Token);
        await informer.Synced;
        await Hears("before");

        var lists = faults.Count(IsList);
        var refusal = faults.RefuseWatches(_ => true, times: 1);
        Assert.Equal(1, faults.EndWatches(call => call.Path.EndsWith("/leases", StringComparison.Ordinal)));

        await Hears("after");
        await Polling.Until("the objects are listed after the end and after the refusal", () => Task.FromResult(faults.Count(IsList)), count => count == lists + 2);
        Assert.Equal(1, refusal.Happened);

        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);

        async Task Hears(string name)
        {
            await scope.Api.Create(ApiPaths.Leases(scope.Namespace), new JsonObject
            {
                ["apiVersion"] = "coordination.k8s.io/v1",
                ["kind"] = "Lease",
                ["metadata"] = new JsonObject { ["name"] = name },
            });
            await Polling.Until($"{name} is heard of", () => { lock (heard) { return Task.FromResult(heard.Contains(name)); } });
        }

        static bool IsList(ApiCall call) => call.Method == "GET" && !call.IsWatch;
    }

    [Fact]
    public async Task A_stock_scheduler_works_through_it()
    {
        await using var scheduler = await shared.Plane.StartScheduler(kubeconfig: faults.IssueClient("system:kube-scheduler"));
        await scope.Add(TestNode.Named(scope.NodeName("n")));
        faults.CutAnswers(call => call.IsBinding, times: 1);

        await scope.Add(TestPod.Named("p"));

        await scope.BoundPod("p");
        Assert.True(faults.Count(call => call.IsBinding) >= 1);
    }

    [Fact]
    public async Task An_API_server_that_is_away_is_a_connection_that_breaks()
    {
        await using var plane = await ControlPlane.Start();
        await using var between = await ApiFaults.Start(plane);
        using var opened = KubeConfig.Open(between.IssueClient("jane", "system:masters"));
        using var through = opened.CreateClient();
        await plane.StopApiServer();

        var away = await Assert.ThrowsAsync<KubeApiException>(() => through.ListAsync(KubeResources.Nodes, null, Never));
        await plane.StartApiServer();

        Assert.Equal(0, (int)away.Status);
        await through.ListAsync(KubeResources.Nodes, null, Never);
    }

    private Task<LeaseDocument> Create(string name) =>
        client.CreateAsync(KubeResources.Leases, scope.Namespace, new LeaseDocument { Metadata = new ObjectMeta { Name = name } }, Never);
}
