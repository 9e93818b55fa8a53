using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>On an API server in memory whose webhook answers or not, as the test says.</summary>
public sealed class ReadmissionLoopTests : IDisposable
{
    private const string Server = "nos-server";
    private readonly ManualClock clock = new();
    private readonly InMemoryApiServer api;
    private readonly KubeClient client;
    private readonly ClusterState state;
    private readonly ReadmissionLoop loop;
    private readonly AdmissionSettings settings = new(Identity: Server);
    private bool isAnswering;
    private int questions;

    public ReadmissionLoopTests()
    {
        api = new InMemoryApiServer(TimeProvider.System);
        api.Add(new InMemoryWebhook("pods", FailsClosed: false, Ask));
        client = api.CreateClient(Server);
        state = new ClusterState(clock);
        var events = new EventRecorder(client, clock, NullLogger<EventRecorder>.Instance);
        loop = new ReadmissionLoop(client, state, settings, events, clock, NullLogger<ReadmissionLoop>.Instance);
        AddNamespace("team");
        AddNamespace("opted-out", ("nos.nebuly.com/admission", "disabled"));
        AddNamespace("system", ("nos.nebuly.com/system", "true"));
    }

    public void Dispose()
    {
        client.Dispose();
        api.Dispose();
    }

    [Fact]
    public async Task Deletes_nothing_while_the_webhook_does_not_answer_and_asks_it_once_a_namespace()
    {
        await AddAsync("a", "rs");
        await AddAsync("b", "rs");

        await loop.RoundAsync(default);

        Assert.Equal(["a", "b"], await PodsAsync());
        Assert.Equal(1, questions);
    }

    [Fact]
    public async Task Deletes_the_pods_of_controllers_once_it_answers_and_leaves_bare_ones()
    {
        await AddAsync("a", "rs");
        await AddAsync("b", "rs");
        await AddAsync("bare", null);
        isAnswering = true;

        await loop.RoundAsync(default);

        Assert.Equal(["bare"], await PodsAsync());
    }

    [Theory]
    [InlineData("opted-out")]
    [InlineData("system")]
    [InlineData("kube-system")]
    [InlineData("nos-system")]
    [InlineData("default")]
    public async Task Leaves_namespaces_alone_that_are_excluded_or_not_known(string ns)
    {
        if (ns == "nos-system")
        {
            AddNamespace(ns);
        }

        await AddAsync("a", "rs", ns);
        isAnswering = true;

        await loop.RoundAsync(default);

        Assert.Equal(["a"], await PodsAsync(ns));
        Assert.Equal(0, questions);
    }

    [Fact]
    public async Task Deletes_no_more_when_what_a_controller_makes_anew_is_not_translated_either_until_another_outage()
    {
        var first = await AddAsync("a", "rs");
        isAnswering = true;
        await loop.RoundAsync(default);
        Assert.Empty(await PodsAsync());
        state.Apply(new InformerEvent<PodDocument>(false, [], [first]));

        await AddAsync("anew", "rs");
        await loop.RoundAsync(default);
        await loop.RoundAsync(default);
        Assert.Equal(["anew"], await PodsAsync());

        isAnswering = false;
        await loop.RoundAsync(default);
        isAnswering = true;
        await loop.RoundAsync(default);
        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task Deletes_no_pod_that_was_bound_meanwhile_or_is_another_one_by_now()
    {
        var bound = await AddAsync("bound", "rs");
        await AddAsync("other", "rs");
        await BindAsync(bound);
        await client.DeleteAsync(KubeResources.Pods, "team", "other", default);
        await CreateAsync("other", "rs", "team");
        isAnswering = true;

        await loop.RoundAsync(default);

        Assert.Equal(["bound", "other"], await PodsAsync());
    }

    [Fact]
    public async Task Tells_each_pod_why_it_waits()
    {
        await AddAsync("a", "rs");
        await AddAsync("bare", null);
        var events = new EventRecorder(client, TimeProvider.System, NullLogger<EventRecorder>.Instance);
        var telling = new ReadmissionLoop(client, state, settings, events, clock, NullLogger<ReadmissionLoop>.Instance);
        using var stop = new CancellationTokenSource();

        await telling.RoundAsync(default);
        await telling.RoundAsync(default);
        var writing = events.RunAsync(stop.Token);

        await Eventually.Async(async () => (await EventsAsync()).Length == 2 ? "" : "not two events");
        var told = await EventsAsync();
        Assert.All(told, one => Assert.Equal(("NotAdmitted", "Warning"), (one.Reason, one.Type)));
        Assert.Contains("ReplicaSet rs makes it anew", told.Single(one => one.InvolvedObject.Name == "a").Message);
        Assert.Contains("create it anew", told.Single(one => one.InvolvedObject.Name == "bare").Message);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private Task<AdmissionVerdict> Ask(AdmissionCall call, CancellationToken cancellation)
    {
        questions += call.Operation == "UPDATE" ? 1 : 0;
        return !isAnswering || call.Operation == "CREATE"
            ? throw new HttpRequestException("nobody answers")
            : Task.FromResult(new AdmissionVerdict(true, "", null, call is { IsDryRun: true, UserName: Server } ? [AdmissionProbe.Answer] : []));
    }

    private void AddNamespace(string name, params (string Key, string Value)[] labels)
    {
        if (name != "kube-system" && name != "default")
        {
            api.Seed("api/v1/namespaces", Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"}}"""));
        }

        var document = new NamespaceDocument { Metadata = new ObjectMeta { Name = name, Labels = labels.ToDictionary(label => label.Key, label => label.Value) } };
        state.Apply(new InformerEvent<NamespaceDocument>(false, [document], []));
    }

    private async Task<PodDocument> AddAsync(string name, string? controller, string ns = "team")
    {
        var pod = await CreateAsync(name, controller, ns);
        state.Apply(new InformerEvent<PodDocument>(false, [pod], []));
        return pod;
    }

    private async Task<PodDocument> CreateAsync(string name, string? controller, string ns)
    {
        var owner = new OwnerReference { ApiVersion = "apps/v1", Kind = "ReplicaSet", Name = controller ?? "", Uid = $"uid-{controller}", Controller = true };
        var pod = new PodDocument
        {
            Metadata = new ObjectMeta { Name = name, OwnerReferences = controller is null ? null : [owner] },
            Spec = new PodSpec { Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = new() { ["nos.nebuly.com/gpu-memory"] = Quantity.Of(10) } } }] },
        };
        return await client.CreateAsync(KubeResources.Pods, ns, pod, default);
    }

    private Task BindAsync(PodDocument pod) => client.BindAsync(
        new BindingDocument
        {
            Metadata = new ObjectMeta { Name = pod.Metadata.Name, Namespace = pod.Metadata.Namespace, Uid = pod.Metadata.Uid },
            Target = new ObjectReference { Kind = "Node", Name = "n1" },
        },
        default);

    private async Task<string[]> PodsAsync(string ns = "team") =>
        [.. (await client.ListAsync(KubeResources.Pods, ns, default)).Items.Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal)];

    private async Task<EventDocument[]> EventsAsync() => (await client.ListAsync(KubeResources.Events, "team", default)).Items;
}
