using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.ClusterTests.Api;

/// <summary>
/// What our client and our rules rely on, run against a real API server and against the one in memory: the same tests, so that neither can drift.
/// </summary>
public abstract class ApiContract
{
    /// <summary>A custom resource with a status, cluster-scoped, that only these tests use.</summary>
    protected static KubeResource<GpuNodeDocument> Widgets { get; } = KubeResources.GpuNodes with { Group = "tests.nos.nebuly.com", Plural = "widgets", Kind = "Widget" };

    /// <summary>May do everything.</summary>
    protected abstract KubeClient Client { get; }

    /// <summary>Exists; empty at first; also the beginning of the names of cluster-scoped objects.</summary>
    protected abstract string Namespace { get; }

    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task A_list_of_several_pages_is_whole_and_in_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 520).Select(async index =>
            await Client.CreateAsync(KubeResources.Leases, Namespace, new LeaseDocument { Metadata = new ObjectMeta { Name = $"l{index:000}" } }, Never)));

        var list = await Client.ListAsync(KubeResources.Leases, Namespace, Never);

        Assert.Equal(Enumerable.Range(0, 520).Select(index => $"l{index:000}"), list.Items.Select(lease => lease.Metadata.Name));
        var page = (await Client.FindRawAsync(KubeResources.Leases.CollectionPath(Namespace) + "?limit=100", Never))!;
        Assert.Equal(100, page["items"]!.AsArray().Count);
        Assert.Equal(420, (int)page["metadata"]!["remainingItemCount"]!);
        Assert.NotEmpty((string)page["metadata"]!["continue"]!);
    }

    [Fact]
    public async Task A_watch_tells_what_happened_after_the_list_in_order()
    {
        var start = (await Client.ListAsync(KubeResources.Pods, Namespace, Never)).Metadata.ResourceVersion!;
        await AddPodAsync("a");
        await AddPodAsync("b");
        await LabelAsync("a", "x", "y");
        await Client.DeleteAsync(KubeResources.Pods, Namespace, "a", Never);

        // A deletion is a change (the end is written into the object) before it is one.
        var seen = await WatchAsync(start, 5, null);

        Assert.Equal("Added a, Added b, Modified a, Modified a, Deleted a", Told(seen));
        Assert.Equal([false, false, false, true, true], seen.Select(change => change.Object.Metadata.DeletionTimestamp is not null));
        var versions = seen.Select(change => long.Parse(change.Object.Metadata.ResourceVersion!)).ToArray();
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Fact]
    public async Task A_watch_of_a_selection_tells_when_objects_begin_and_cease_to_match()
    {
        var start = (await Client.ListAsync(KubeResources.Pods, Namespace, Never)).Metadata.ResourceVersion!;
        await AddPodAsync("a");
        foreach (var app in new[] { "web", "db", "web" })
        {
            await LabelAsync("a", "app", app);
        }

        await AddPodAsync("end", ("app", "web"));

        Assert.Equal("Added a, Deleted a, Added a, Added end", Told(await WatchAsync(start, 4, "app=web")));
    }

    [Fact]
    public async Task Who_writes_on_an_old_version_loses()
    {
        await AddPodAsync("a");
        var old = (await PodAsync("a"))!;
        await LabelAsync("a", "x", "1");

        var conflict = await RefusedAsync(() => PatchAsync("a", new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = old.Metadata.ResourceVersion, ["labels"] = new JsonObject { ["x"] = "2" } },
        }));

        Assert.True(conflict.IsConflict);
        Assert.Equal("1", (await PodAsync("a"))!.Metadata.Label("x"));
    }

    [Fact]
    public async Task A_patch_for_another_object_of_the_same_name_is_refused()
    {
        await AddPodAsync("a");
        var refused = await RefusedAsync(() => PatchAsync("a", new JsonObject { ["metadata"] = new JsonObject { ["uid"] = Guid.NewGuid().ToString() } }));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (refused.Status, refused.Reason));
    }

    [Fact]
    public async Task A_patch_that_changes_nothing_is_no_write()
    {
        await AddPodAsync("a", ("x", "y"));
        var before = (await PodAsync("a"))!;
        var same = await PatchAsync("a", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["x"] = "y", ["absent"] = null } } });
        Assert.Equal(before.Metadata.ResourceVersion, same.Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Spec_and_status_are_written_apart_and_only_the_spec_counts_generations()
    {
        var name = $"{Namespace}-w";
        var created = await PostAsync(Widgets, null, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["mode"] = "MIG" },
            ["status"] = new JsonObject { ["driver"] = "from the creator" },
        });
        Assert.Equal((1L, null), (created.Metadata.Generation, created.Status));

        var both = new JsonObject { ["spec"] = new JsonObject { ["mode"] = "MPS" }, ["status"] = new JsonObject { ["driver"] = "1" } };
        var main = await Client.PatchAsync(Widgets, null, name, both, Never);
        Assert.Equal(("MPS", 2L, null), (main.Spec.Mode, main.Metadata.Generation, main.Status));

        both["spec"] = new JsonObject { ["mode"] = "MIG" };
        both["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["by"] = "status" } };
        var status = await Client.PatchAsync(Widgets, null, name, both, Never, "status");
        Assert.Equal(("MPS", 2L, "1", null), (status.Spec.Mode, status.Metadata.Generation, status.Status!.Driver, status.Metadata.Label("by")));

        var label = await Client.PatchAsync(Widgets, null, name, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["by"] = "main" } } }, Never);
        Assert.Equal((2L, "main"), (label.Metadata.Generation, label.Metadata.Label("by")));
    }

    [Fact]
    public async Task A_status_is_compared_and_swapped_too()
    {
        var name = $"{Namespace}-w";
        var created = await PostAsync(Widgets, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject() });
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = created.Metadata.ResourceVersion },
            ["status"] = new JsonObject { ["driver"] = "1" },
        };
        await Client.PatchAsync(Widgets, null, name, patch, Never, "status");
        patch["status"] = new JsonObject { ["driver"] = "2" };
        Assert.True((await RefusedAsync(() => Client.PatchAsync(Widgets, null, name, patch, Never, "status"))).IsConflict);
    }

    [Fact]
    public async Task A_status_overlooks_a_uid_that_is_merged_and_heeds_one_that_is_tested()
    {
        var name = $"{Namespace}-w";
        var created = await PostAsync(Widgets, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject() });
        var merged = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = Guid.NewGuid().ToString() }, ["status"] = new JsonObject { ["driver"] = "1" } };
        Assert.Equal("1", (await Client.PatchAsync(Widgets, null, name, merged, Never, "status")).Status!.Driver);

        var refused = await RefusedAsync(() => Client.PatchAsync(Widgets, null, name, Testing(Guid.NewGuid().ToString()), Never, "status"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid", 0), (refused.Status, refused.Reason, refused.Causes.Count));

        var patched = await Client.PatchAsync(Widgets, null, name, Testing(created.Metadata.Uid!), Never, "status");
        Assert.Equal(("2", created.Metadata.Uid), (patched.Status!.Driver, patched.Metadata.Uid));

        static JsonArray Testing(string uid) =>
        [
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = uid },
            new JsonObject { ["op"] = "add", ["path"] = "/status", ["value"] = new JsonObject { ["driver"] = "2" } },
        ];
    }

    [Fact]
    public async Task Lists_are_replaced_and_nulls_remove()
    {
        var name = $"{Namespace}-w";
        await PostAsync(Widgets, null, JsonNode.Parse(
            $$"""{"metadata":{"name":"{{name}}"},"spec":{"mode":"MIG","gpus":[{"index":0,"slices":[{"id":"a"}]},{"index":1}]} }""")!.AsObject());

        var patched = await Client.PatchAsync(
            Widgets, null, name, JsonNode.Parse("""{"spec":{"mode":null,"gpus":[{"index":7,"slices":[]}],"new":{"x":null,"y":1}}}""")!.AsObject(), Never);

        Assert.Null(patched.Spec.Mode);
        Assert.Equal(7, Assert.Single(patched.Spec.Gpus!).Index);
        var raw = (await Client.FindRawAsync(Widgets.ObjectPath(null, name), Never))!;
        Assert.Equal("""{"y":1}""", raw["spec"]!["new"]!.ToJsonString());
    }

    [Fact]
    public async Task A_name_is_given_once_and_made_where_only_its_beginning_is_said()
    {
        await AddPodAsync("a");
        var taken = await RefusedAsync(() => AddPodAsync("a"));
        Assert.Equal((HttpStatusCode.Conflict, true, false), (taken.Status, taken.IsAlreadyExists, taken.IsConflict));

        var lease = await Client.CreateAsync(KubeResources.Leases, Namespace, new LeaseDocument { Metadata = new ObjectMeta { GenerateName = "made-" } }, Never);
        Assert.StartsWith("made-", lease.Metadata.Name, StringComparison.Ordinal);
        Assert.True(lease.Metadata.Name.Length > 5);
    }

    [Fact]
    public async Task What_is_not_there_is_not_there()
    {
        Assert.Null(await PodAsync("nobody"));
        Assert.Null(await Client.FindRawAsync("api/v1/unknowns", Never));
        await Client.DeleteAsync(KubeResources.Pods, Namespace, "nobody", Never);
        Assert.True((await RefusedAsync(() => PatchAsync("nobody", []))).IsNotFound);

        var missing = await RefusedAsync(() => PostAsync(KubeResources.Pods, "no-such-namespace", Pod("a")));
        Assert.True(missing.IsNotFound);
        Assert.Contains("namespaces \"no-such-namespace\" not found", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nonsense_is_refused()
    {
        Assert.Equal("Invalid", (await RefusedAsync(() => AddPodAsync("Upper_Case"))).Reason);
        Assert.Equal(HttpStatusCode.BadRequest, (await RefusedAsync(() => Client.PostAsync(KubeResources.Pods.CollectionPath(Namespace), "{"u8.ToArray(), Never))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await RefusedAsync(() => Client.ListAsync(KubeResources.Pods, Namespace, Never, fieldSelector: "spec.hostname=x"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await RefusedAsync(() => Client.ListAsync(KubeResources.Pods, Namespace, Never, labelSelector: "a=b="))).Status);
    }

    [Fact]
    public async Task A_pods_spec_stays_as_it_is()
    {
        await AddPodAsync("a");
        var refused = await RefusedAsync(() => PatchAsync("a", new JsonObject { ["spec"] = new JsonObject { ["nodeSelector"] = new JsonObject { ["x"] = "y" } } }));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "Invalid"), (refused.Status, refused.Reason));
        Assert.Equal("default-scheduler", (await PodAsync("a"))!.Spec.SchedulerName);
    }

    [Fact]
    public async Task A_binding_puts_the_pod_onto_the_node_with_its_annotations_in_one_step()
    {
        var pod = await AddPodAsync("a");
        await PatchAsync("a", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["old"] = "1", ["slices"] = "none" } } });
        var start = (await PodAsync("a"))!.Metadata.ResourceVersion!;

        await BindAsync(pod, "n1", ("slices", "main=0/1g.10gb@3"));

        var change = Assert.Single(await WatchAsync(start, 1, null));
        Assert.Equal("n1", change.Object.Spec.NodeName);
        Assert.Equal(("1", "main=0/1g.10gb@3"), (change.Object.Metadata.Annotation("old"), change.Object.Metadata.Annotation("slices")));
        Assert.Equal("True", change.Object.Status.Conditions!.Single(condition => condition.Type == "PodScheduled").Status);

        var again = await RefusedAsync(() => BindAsync(pod, "n2"));
        Assert.True(again.IsConflict);
        Assert.Contains("already assigned to node \"n1\"", again.Message, StringComparison.Ordinal);
        Assert.True((await RefusedAsync(() => BindAsync(pod with { Metadata = new ObjectMeta { Name = "nobody", Namespace = Namespace } }, "n1"))).IsNotFound);
    }

    [Fact]
    public async Task An_unbound_pod_goes_at_once_and_a_bound_one_when_its_kubelet_says_so()
    {
        await AddPodAsync("unbound");
        var bound = await AddPodAsync("bound");
        await BindAsync(bound, "n1");

        await Client.DeleteAsync(KubeResources.Pods, Namespace, "unbound", Never);
        await Client.DeleteAsync(KubeResources.Pods, Namespace, "bound", Never);

        Assert.Null(await PodAsync("unbound"));
        Assert.NotNull((await PodAsync("bound"))!.Metadata.DeletionTimestamp);
        Assert.True((await RefusedAsync(() => BindAsync(bound, "n2"))).IsConflict);

        await Client.DeleteAsync(KubeResources.Pods, Namespace, "bound", Never, uid: Guid.NewGuid().ToString(), gracePeriodSeconds: 0);
        Assert.NotNull(await PodAsync("bound"));
        await Client.DeleteAsync(KubeResources.Pods, Namespace, "bound", Never, uid: bound.Metadata.Uid, gracePeriodSeconds: 0);
        Assert.Null(await PodAsync("bound"));
    }

    [Fact]
    public async Task Pods_are_found_by_node_scheduler_and_phase()
    {
        await AddPodAsync("waiting");
        await BindAsync(await AddPodAsync("placed"), "n1");
        Assert.Equal("placed", await NamesAsync("spec.nodeName=n1"));
        Assert.Equal("waiting", await NamesAsync("spec.nodeName="));
        Assert.Equal("placed,waiting", await NamesAsync("spec.schedulerName=default-scheduler,status.phase=Pending"));
        Assert.Equal("", await NamesAsync("spec.schedulerName!=default-scheduler"));
    }

    [Fact]
    public async Task An_eviction_evicts_that_pod_and_no_other()
    {
        var pod = await RunningAsync("a");
        Assert.Equal(EvictionOutcome.Gone, (await Client.EvictAsync(Namespace, "a", Guid.NewGuid().ToString(), Never)).Outcome);
        Assert.Null((await PodAsync("a"))!.Metadata.DeletionTimestamp);
        Assert.Equal(EvictionOutcome.Gone, (await Client.EvictAsync(Namespace, "nobody", pod.Metadata.Uid!, Never)).Outcome);

        Assert.Equal(EvictionOutcome.Evicted, (await Client.EvictAsync(Namespace, "a", pod.Metadata.Uid!, Never, gracePeriodSeconds: 17)).Outcome);

        var raw = await Client.FindRawAsync(KubeResources.Pods.ObjectPath(Namespace, "a"), Never);
        Assert.Equal(17, (int?)raw!["metadata"]!["deletionGracePeriodSeconds"]);
    }

    [Fact]
    public async Task A_budget_blocks_an_eviction_until_it_allows_it()
    {
        var pod = await RunningAsync("a", ("app", "web"));
        var version = await Client.OffersAsync("policy", "v1", "poddisruptionbudgets", Never) ? "v1" : "v1beta1";
        var path = $"apis/policy/{version}/namespaces/{Namespace}/poddisruptionbudgets";
        await Client.PostAsync(
            path,
            Encoding.UTF8.GetBytes("""{"metadata":{"name":"b"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}"""),
            Never);
        var budgets = KubeResources.Leases with { Group = "policy", Version = version, Plural = "poddisruptionbudgets", Kind = "PodDisruptionBudget" };
        await AllowAsync(0);

        var blocked = await Client.EvictAsync(Namespace, "a", pod.Metadata.Uid!, Never);

        Assert.Equal(EvictionOutcome.BlockedByBudget, blocked.Outcome);
        Assert.Contains("disruption budget", blocked.Message, StringComparison.Ordinal);
        Assert.Null((await PodAsync("a"))!.Metadata.DeletionTimestamp);

        await AllowAsync(1);
        Assert.Equal(EvictionOutcome.Evicted, (await Client.EvictAsync(Namespace, "a", pod.Metadata.Uid!, Never)).Outcome);

        Task AllowAsync(int disruptions) => Client.PatchAsync(budgets, Namespace, "b", JsonNode.Parse(
            $$"""{"status":{"observedGeneration":1,"disruptionsAllowed":{{disruptions}},"currentHealthy":2,"desiredHealthy":1,"expectedPods":2} }""")!.AsObject(), Never, "status");
    }

    [Fact]
    public async Task What_is_offered_is_told()
    {
        Assert.True(await Client.OffersAsync("", "v1", "pods/eviction", Never));
        Assert.True(await Client.OffersAsync(Widgets.Group, Widgets.Version, Widgets.Plural, Never));
        Assert.False(await Client.OffersAsync(Widgets.Group, Widgets.Version, "gadgets", Never));
        Assert.False(await Client.OffersAsync("no.such.group", "v1", "pods", Never));
        Assert.True((await Client.ServerVersionAsync(Never)).IsAtLeast(1, 20));
    }

    private static JsonObject Pod(string name, params (string Key, string Value)[] labels) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject([.. labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))]) },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "registry.test/never-pulled:1" }) },
    };

    private static string Told(IEnumerable<WatchEvent<PodDocument>> events) => string.Join(", ", events.Select(change => $"{change.Type} {change.Object.Metadata.Name}"));

    private static Task<KubeApiException> RefusedAsync(Func<Task> act) => Assert.ThrowsAsync<KubeApiException>(act);

    private Task<PodDocument> AddPodAsync(string name, params (string Key, string Value)[] labels) => PostAsync(KubeResources.Pods, Namespace, Pod(name, labels));

    private async Task<PodDocument> RunningAsync(string name, params (string Key, string Value)[] labels)
    {
        var pod = await AddPodAsync(name, labels);
        await BindAsync(pod, "n1");
        return await Client.PatchAsync(KubeResources.Pods, Namespace, name, JsonNode.Parse(
            """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}""")!.AsObject(), Never, "status");
    }

    private Task<PodDocument?> PodAsync(string name) => Client.FindAsync(KubeResources.Pods, Namespace, name, Never);

    private Task<PodDocument> PatchAsync(string name, JsonObject patch) => Client.PatchAsync(KubeResources.Pods, Namespace, name, patch, Never);

    private Task<PodDocument> LabelAsync(string name, string key, string value) =>
        PatchAsync(name, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } });

    private Task BindAsync(PodDocument pod, string node, params (string Key, string Value)[] annotations) => Client.BindAsync(
        new BindingDocument
        {
            Metadata = new ObjectMeta
            {
                Name = pod.Metadata.Name,
                Namespace = pod.Metadata.Namespace,
                Uid = pod.Metadata.Uid,
                Annotations = annotations.ToDictionary(annotation => annotation.Key, annotation => annotation.Value),
            },
            Target = new ObjectReference { ApiVersion = "v1", Kind = "Node", Name = node },
        },
        Never);

    private async Task<T> PostAsync<T>(KubeResource<T> resource, string? ns, JsonObject json)
        where T : class, IKubeDocument
    {
        json["apiVersion"] = resource.ApiVersion;
        json["kind"] = resource.Kind;
        var stored = await Client.AskAsync(resource.CollectionPath(ns), Encoding.UTF8.GetBytes(json.ToJsonString()), Never);
        return JsonSerializer.Deserialize(stored, resource.ObjectType)!;
    }

    private async Task<string> NamesAsync(string fieldSelector) =>
        string.Join(',', (await Client.ListAsync(KubeResources.Pods, Namespace, Never, fieldSelector: fieldSelector)).Items.Select(pod => pod.Metadata.Name));

    private async Task<List<WatchEvent<PodDocument>>> WatchAsync(string from, int count, string? labelSelector)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new List<WatchEvent<PodDocument>>();
        await foreach (var batch in Client.WatchAsync(KubeResources.Pods, Namespace, from, TimeSpan.FromMinutes(5), patience.Token, labelSelector))
        {
            seen.AddRange(batch.Where(change => change.Type != WatchEventType.Bookmark));
            if (seen.Count >= count)
            {
                break;
            }
        }

        return seen;
    }
}
