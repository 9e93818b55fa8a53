using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Server.Composition;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>A leader's quota loop behind real informers on an API server in memory; a whole GPU counts 16 GB. The test holds the clock of creation times.</summary>
internal sealed class QuotaCluster : IAsyncDisposable
{
    private readonly InMemoryApiServer server;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];

    internal QuotaCluster()
    {
        server = new InMemoryApiServer(Clock);
        foreach (var plural in (string[])["pods", "namespaces", "events", "elasticquotas"])
        {
            server.Add(new InMemoryWebhook(plural, FailsClosed: true, (call, _) => Task.FromResult(
                new AdmissionVerdict(!Refuses(call), "not now", null, []))));
        }

        Client = server.CreateClient("leader");
        State = new ClusterState(TimeProvider.System, gpuMemoryPerGpu: 16);
        var informers = new ClusterInformers(Client, State, Heard, "nos-system", _ => { }, NullLogger<ClusterInformers>.Instance, TimeProvider.System);
        Loop = new QuotaLoop(Client, State, Heard, TimeProvider.System, NullLogger<QuotaLoop>.Instance);
        running.Add(informers.RunAsync(stop.Token));
        Synced = informers.Synced;
    }

    internal ManualClock Clock { get; } = new();

    internal KubeClient Client { get; }

    internal ClusterState State { get; }

    internal HeardQuotas Heard { get; } = new();

    internal QuotaLoop Loop { get; }

    internal Task Synced { get; }

    /// <summary>Which writes are refused.</summary>
    internal Func<AdmissionCall, bool> Refuses { get; set; } = _ => false;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(running));
        stop.Dispose();
        Client.Dispose();
        server.Dispose();
    }

    /// <summary>A term begins.</summary>
    internal async Task LeadAsync()
    {
        await Synced;
        State.NamespacesTouched = Loop.Look;
        Heard.Told = Loop.Look;
        Loop.LookAtAll();
        running.Add(Loop.RunAsync(stop.Token));
    }

    internal async Task AddNamespacesAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await CreateAsync(KubeResources.Namespaces, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    /// <param name="place">Namespace and name.</param>
    /// <param name="min">As <c>{"cpu": 4}</c>.</param>
    /// <param name="max">The same; <see langword="null"/> for none.</param>
    internal Task AddQuotaAsync(string place, string min, string? max = null) =>
        CreateAsync(KubeResources.ElasticQuotas, place.Split('/')[0], Quota(place, min, max));

    /// <inheritdoc cref="AddQuotaAsync"/>
    internal Task AddCompositeAsync(string place, string[] namespaces, string min, string? max = null)
    {
        var quota = Quota(place, min, max);
        quota["spec"]!["namespaces"] = new JsonArray([.. namespaces.Select(ns => JsonValue.Create(ns))]);
        return CreateAsync(KubeResources.CompositeElasticQuotas, place.Split('/')[0], quota);
    }

    /// <summary>A bound pod, a second younger than all before; each container is its limits, as <c>{"cpu": "500m"}</c>.</summary>
    internal async Task AddPodAsync(string place, string phase, params string[] containers)
    {
        Clock.Advance(1);
        var pod = await CreateAsync(KubeResources.Pods, place.Split('/')[0], new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = place.Split('/')[1] },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = "n1",
                ["containers"] = new JsonArray([.. containers.Select((limits, index) => new JsonObject
                {
                    ["name"] = $"c{index}",
                    ["image"] = "a",
                    ["resources"] = new JsonObject { ["limits"] = JsonNode.Parse(limits), ["requests"] = JsonNode.Parse(limits) },
                })]),
            },
        });
        Assert.Equal("n1", pod.Spec.NodeName);
        await PhaseAsync(place, phase);
    }

    internal Task PhaseAsync(string place, string phase) => Client.PatchAsync(
        KubeResources.Pods, place.Split('/')[0], place.Split('/')[1], new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } }, default, "status");

    internal Task PatchQuotaAsync(string place, string patch) =>
        Client.PatchAsync(KubeResources.ElasticQuotas, place.Split('/')[0], place.Split('/')[1], JsonNode.Parse(patch)!, default);

    internal async Task<ElasticQuotaDocument?> QuotaAsync(string place) => await Client.FindAsync(KubeResources.ElasticQuotas, place.Split('/')[0], place.Split('/')[1], default);

    /// <summary>Waits until the status of the quota says that, as <c>used cpu=1; assigned cpu=1; borrowed</c>.</summary>
    internal Task SaysAsync(string place, string status, bool isComposite = false) => Eventually.Async(async () =>
    {
        var found = isComposite
            ? (await Client.FindAsync(KubeResources.CompositeElasticQuotas, place.Split('/')[0], place.Split('/')[1], default))?.Status
            : (await QuotaAsync(place))?.Status;
        var said = found is null ? "nothing" : $"used {Written(found.Used)}; assigned {Written(found.Assigned)}; borrowed {Written(found.Borrowed)}".TrimEnd();
        return said == status ? "" : said;
    });

    /// <summary>Waits until the condition Ready of the ElasticQuota has that reason.</summary>
    internal Task IsAsync(string place, string reason) => Eventually.Async(async () =>
        (await QuotaAsync(place))?.Status?.Conditions.SingleOrDefault()?.Reason is var said && said == reason ? "" : $"it is {said}");

    /// <summary>Waits until the pods' labels are those, as <c>in-quota over-quota -</c>.</summary>
    internal Task LabelledAsync(string labels, params string[] places) => Eventually.Async(async () =>
    {
        var found = new List<string>();
        foreach (var place in places)
        {
            found.Add((await Client.FindAsync(KubeResources.Pods, place.Split('/')[0], place.Split('/')[1], default))?.Metadata.Label(NosKeys.Capacity) ?? "-");
        }

        return string.Join(' ', found) == labels ? "" : string.Join(' ', found);
    });

    /// <summary>Waits until just those namespaces are marked as under a quota.</summary>
    internal Task MarkedAsync(params string[] names) => Eventually.Async(async () =>
    {
        var found = (await Client.ListAsync(KubeResources.Namespaces, null, default)).Items
            .Where(ns => ns.Metadata.Label(NosKeys.Quota) == "on").Select(ns => ns.Metadata.Name).Order(StringComparer.Ordinal);
        return string.Join(' ', found) is var all && all == string.Join(' ', names) ? "" : all;
    });

    private Task<T> CreateAsync<T>(KubeResource<T> resource, string? ns, JsonObject json)
        where T : class, IKubeDocument => Task.Run(async () =>
        JsonSerializer.Deserialize(await Client.AskAsync(resource.CollectionPath(ns), JsonSerializer.SerializeToUtf8Bytes(json), default), resource.ObjectType)!);

    private static JsonObject Quota(string place, string min, string? max)
    {
        var spec = new JsonObject { ["min"] = JsonNode.Parse(min) };
        if (max is not null)
        {
            spec["max"] = JsonNode.Parse(max);
        }

        return new JsonObject { ["metadata"] = new JsonObject { ["name"] = place.Split('/')[1] }, ["spec"] = spec };
    }

    private static string Written(Dictionary<string, Quantity> amounts) => string.Join(
        ' ', amounts.OrderBy(amount => amount.Key, StringComparer.Ordinal).Select(amount => $"{amount.Key.Replace(NosKeys.GpuMemory, "gpumem")}={amount.Value}"));
}
