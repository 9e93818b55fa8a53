using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>
/// MPS nodes with one GPU of 80 GB each. Pods live on an API server in memory; the test plays kube-scheduler, kubelet and the agents, and holds the clock.
/// What the leader knows is what <see cref="SyncAsync"/> last told it.
/// </summary>
internal sealed class ReclaimCluster : IDisposable
{
    internal const int GpuGB = 80;
    private readonly InMemoryApiServer server;
    private readonly KubeClient client;
    private readonly string[] nodes;
    private readonly List<ElasticQuotaDocument> quotas = [];
    private int renewals;

    internal ReclaimCluster(params string[] nodes)
    {
        this.nodes = nodes;
        server = new InMemoryApiServer(Clock);
        client = new KubeClient(new HttpClient(new Gate(this) { InnerHandler = server }) { BaseAddress = new Uri("http://in-memory/") });
        foreach (var space in new[] { "a", "b", "c", "free" })
        {
            Seed("api/v1/namespaces", new NamespaceDocument { Metadata = new ObjectMeta { Name = space } });
        }

        Restart();
    }

    internal static TimeSpan Ttl { get; } = TimeSpan.FromMinutes(2);

    internal ManualClock Clock { get; } = new();

    internal ClusterState State { get; private set; } = null!;

    internal Reclaimer Reclaimer { get; private set; } = null!;

    internal OfferedNodes Offered { get; private set; } = null!;

    internal List<PodEvent> Told { get; } = [];

    internal List<string> Counted { get; } = [];

    internal List<string> Woken { get; } = [];

    /// <summary>Writes so far, as <c>PATCH pods/p</c> and <c>POST pods/p/eviction</c>.</summary>
    internal ConcurrentQueue<string> Writes { get; } = new();

    /// <summary>Asked before each request; what it returns is answered in the server's stead.</summary>
    internal Func<string, HttpStatusCode?> Refuses { get; set; } = _ => null;

    internal TimeSpan Grace { get; set; } = TimeSpan.FromMinutes(10);

    internal bool ReclaimsUnquoted { get; set; }

    internal IEnumerable<string> Evictions => Writes.Where(write => write.EndsWith("/eviction", StringComparison.Ordinal)).Select(write => write.Split('/')[1]);

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    /// <summary>A new leader, who knows what the API server has, and nothing else.</summary>
    internal void Restart()
    {
        State = new ClusterState(Clock);
        Offered = new OfferedNodes();
        State.Apply(new InformerEvent<NodeDocument>(true, [.. nodes.Select(name => Facts.Node(name, mode: "mps", count: "1"))], []));
        State.Apply(new InformerEvent<ElasticQuotaDocument>(true, [.. quotas], []));
        var budgets = new RecentBudgets(client, Clock);
        Reclaimer = new Reclaimer(
            State,
            new ReclaimScenes(State, ns => ns == "kube-system", ReclaimsUnquoted, Clock),
            budgets.ReadAsync,
            new ClaimWriter(client, State),
            new Evictor(client, Told.Add, Counted.Add, NullLogger<Evictor>.Instance),
            Offered,
            new ReclaimSettings(Ttl, Grace, pod => pod.SchedulerName == "default-scheduler"),
            Told.Add,
            Woken.Add,
            Clock,
            NullLogger<Reclaimer>.Instance);
    }

    internal void Quota(string space, int min, int max = 0)
    {
        var quota = Cluster.Quotas.Quotas.OfOne($"{space}/q", $"nos.nebuly.com/gpu-memory={min}", max == 0 ? "" : $"nos.nebuly.com/gpu-memory={max}", age: 1);
        quotas.RemoveAll(other => other.Metadata.Namespace == space);
        quotas.Add(quota);
        State.Apply(new InformerEvent<ElasticQuotaDocument>(false, [quota], []));
    }

    /// <summary>A pod; bound and running where a node is named, else one that its scheduler found no node for.</summary>
    internal async Task AddAsync(string space, string name, int gb, string? node = null, int priority = 0, Func<PodDocument, PodDocument>? with = null)
    {
        Clock.Advance(1);
        var pod = Facts.Pod(name, node, null, "Pending", ($"nvidia.com/gpu-{gb}gb", 1));
        pod = pod with { Metadata = pod.Metadata with { Namespace = space, Labels = new() { ["app"] = name } }, Spec = pod.Spec with { Priority = priority } };
        Seed($"api/v1/namespaces/{space}/pods", with?.Invoke(pod) ?? pod);
        var status = node is not null ? new PodStatus { Phase = "Running", StartTime = Clock.GetUtcNow() } : Unschedulable();
        await client.PatchAsync(
            KubeResources.Pods, space, name, new JsonObject { ["status"] = JsonSerializer.SerializeToNode(status, KubeJson.Default.PodStatus) }, default, "status");
    }

    /// <summary>At most so many pods with the label may go.</summary>
    internal void Budget(string space, string app, int allowed) => server.Seed(
        $"apis/policy/v1/namespaces/{space}/poddisruptionbudgets",
        Encoding.UTF8.GetBytes("""{"metadata":{"name":"of-APP"},"spec":{"selector":{"matchLabels":{"app":"APP"}}},"status":{"disruptionsAllowed":ALLOWED}}"""
            .Replace("APP", app, StringComparison.Ordinal)
            .Replace("ALLOWED", $"{allowed}", StringComparison.Ordinal)));

    /// <summary>The leader hears of everything as it is now; agents have freed what pods left.</summary>
    internal async Task SyncAsync()
    {
        renewals++;
        State.Apply(new InformerEvent<LeaseDocument>(false, [.. nodes.Select(name => Facts.Lease(name, $"{renewals}"))], []));
        var pods = await PodsAsync();
        State.Apply(new InformerEvent<PodDocument>(true, pods, []));
        foreach (var node in nodes)
        {
            State.Apply(GpuNode(node, pods.Where(pod => pod.Spec.NodeName == node)));
        }

        State.Tick();
    }

    /// <summary>kube-scheduler asks for a waiting pod, on all nodes.</summary>
    /// <returns>What the extender says of each, by node.</returns>
    internal async Task<IReadOnlyDictionary<string, Misfit>> FilterAsync(string name)
    {
        var pod = (await PodsAsync()).Single(pod => pod.Metadata.Name == name);
        var uid = pod.Metadata.Uid!;
        var standing = new PodStanding(QuotaMisfits.Of(State.Judge(PodRecords.Of(pod)!).Kind), State.KeptOn(uid), State.FindClaim(uid)?.Node, State.HasClaims);
        var verdict = FilterVerdict.Of(pod, PodDemands.Of(pod), nodes, State.Current, standing);
        Offered.Note(uid, nodes, State.Current, verdict.Misfits.Contains(Misfit.None));
        return nodes.Zip(verdict.Misfits).ToDictionary(node => node.First, node => node.Second);
    }

    /// <summary>kube-scheduler asks for the pod, and binds it where it fits.</summary>
    /// <returns>The node, or <see langword="null"/>.</returns>
    internal async Task<string?> ScheduleAsync(string name)
    {
        var pod = (await PodsAsync()).Single(pod => pod.Metadata.Name == name);
        if ((await FilterAsync(name)).FirstOrDefault(node => node.Value == Misfit.None).Key is not { } node
            || State.Reserve(PodRecords.Of(pod)!, node, PlacementPolicy.Fragmentation, Clock.GetUtcNow() + Ttl).Reservation is null)
        {
            return null;
        }

        await client.BindAsync(
            new BindingDocument { Metadata = new ObjectMeta { Name = name, Namespace = pod.Metadata.Namespace, Uid = pod.Metadata.Uid }, Target = new ObjectReference { Kind = "Node", Name = node } }, default);
        await client.PatchAsync(KubeResources.Pods, pod.Metadata.Namespace, name, new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } }, default, "status");
        await SyncAsync();
        return node;
    }

    /// <summary>The filter has found no node, and the leader has heard it and has a round.</summary>
    internal async Task RoundAsync(params string[] asking)
    {
        await SyncAsync();
        foreach (var name in asking)
        {
            await FilterAsync(name);
        }

        await Reclaimer.RoundAsync(default);
        await SyncAsync();
    }

    /// <summary>kubelet has ended the pod, or somebody has deleted it.</summary>
    internal async Task EndAsync(string name)
    {
        var pod = (await PodsAsync()).Single(pod => pod.Metadata.Name == name);
        await client.DeleteAsync(KubeResources.Pods, pod.Metadata.Namespace, name, default, gracePeriodSeconds: 0);
    }

    internal async Task<PodDocument?> FindAsync(string name) => (await PodsAsync()).FirstOrDefault(pod => pod.Metadata.Name == name);

    internal async Task<ReclaimClaim?> ClaimAsync(string name) => ReclaimClaim.TryRead((await FindAsync(name))?.Metadata.Annotation(NosKeys.Claim));

    internal async Task<string> TerminatingAsync() =>
        string.Join(' ', (await PodsAsync()).Where(pod => pod.Metadata.DeletionTimestamp is not null).Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal));

    internal async Task AnnotateAsync(string space, string name, string claim) => await client.PatchAsync(
        KubeResources.Pods, space, name, new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [NosKeys.Claim] = claim } } }, default);

    /// <summary>kube-scheduler deletes a pod, which takes its time.</summary>
    internal Task TellToGoAsync(string space, string name) => client.DeleteAsync(KubeResources.Pods, space, name, default, gracePeriodSeconds: 30);

    internal async Task NominateAsync(string space, string name, string node) => await client.PatchAsync(
        KubeResources.Pods, space, name, new JsonObject { ["status"] = new JsonObject { ["nominatedNodeName"] = node } }, default, "status");

    internal async Task<IReadOnlyList<PodDocument>> PodsAsync() => (await client.ListAsync(KubeResources.Pods, null, default)).Items;

    private static PodStatus Unschedulable() => new()
    {
        Phase = "Pending",
        Conditions = [new Condition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = "0/1 nodes are available." }],
    };

    private static GpuNodeDocument GpuNode(string name, IEnumerable<PodDocument> pods)
    {
        var shares = pods.SelectMany(pod => PodDemands.Of(pod).Slices.Select(slice => (pod.Metadata.Uid, slice.Resource.MemoryGB)))
            .Select((share, number) => (Text: $"0/{share.MemoryGB}gb@{number + 1}", share.Uid)).ToArray();
        var document = Facts.GpuNode([.. shares.Select(share => share.Text)], [.. shares.Select(share => $"{share.Text}=Used")], name, gpus: 1, mode: "MPS");
        var gpu = document.Status!.Gpus[0];
        return document with
        {
            Status = document.Status with
            {
                Products = [document.Status.Products[0] with { UsableGB = GpuGB }],
                Gpus = [gpu with { Slices = [.. gpu.Slices.Zip(shares, (slice, share) => slice with { PodUid = share.Uid })] }],
            },
        };
    }

    private void Seed<T>(string path, T document)
        where T : class, IKubeDocument
    {
        var json = JsonSerializer.SerializeToNode(document, KubeJson.Default.GetTypeInfo(typeof(T))!)!.AsObject();
        foreach (var servers in new[] { "uid", "resourceVersion", "generation" })
        {
            json["metadata"]!.AsObject().Remove(servers);
        }

        server.Seed(path, Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private sealed class Gate(ReclaimCluster cluster) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            var asked = path.Contains("pods/", StringComparison.Ordinal) ? $"{request.Method} {path[path.IndexOf("pods/", StringComparison.Ordinal)..]}" : $"{request.Method} {path}";
            if (cluster.Refuses(asked) is { } refused)
            {
                return new HttpResponseMessage(refused) { Content = new StringContent($$"""{"kind":"Status","message":"by the test","reason":"Test","details":{"causes":[{"reason":"{{(refused == HttpStatusCode.TooManyRequests ? "DisruptionBudget" : "Other")}}"}]},"code":{{(int)refused}}}""") };
            }

            if (request.Method != HttpMethod.Get && !path.EndsWith("/status", StringComparison.Ordinal))
            {
                cluster.Writes.Enqueue(asked);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
