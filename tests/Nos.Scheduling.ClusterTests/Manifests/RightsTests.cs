using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

[Collection(ManifestsCollection.Name)]
public sealed class RightsTests(AppliedManifests manifests) : IAsyncLifetime
{
    private const string Secrets = "/api/v1/namespaces/nos-system/secrets";

    private readonly TestApi agent = manifests.As("nos-agent");
    private readonly TestApi server = manifests.As("nos-server");
    private TestScope scope = null!;

    private TestApi Admin => manifests.Plane.Admin;

    private string Node => scope.NodeName("gpu");

    private string Pods => ApiPaths.Pods(scope.Namespace);

    private string Pod => ApiPaths.Pod(scope.Namespace, "pod");

    public async Task InitializeAsync()
    {
        scope = await manifests.Plane.Scope("rights");
        await scope.Add(TestNode.Named(Node));
        await scope.Add(TestPod.Named("pod").By("nobody"));
        await Admin.Create(ApiPaths.GpuNodes, GpuNode(Node));
    }

    public async Task DisposeAsync()
    {
        await Admin.Delete(ApiPaths.GpuNode(Node));
        await scope.DisposeAsync();
        agent.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task An_agent_reports_status_and_renews_its_Lease()
    {
        await agent.MergePatch(ApiPaths.GpuNode(Node) + "/status", Status());
        await agent.Create(ApiPaths.Leases("nos-system"), Lease(Node));
        await agent.MergePatch($"{ApiPaths.Leases("nos-system")}/{Node}", new JsonObject { ["spec"] = new JsonObject { ["leaseDurationSeconds"] = 90 } });
        await agent.List(ApiPaths.Nodes);
        await agent.List("/api/v1/pods");
        await agent.List(ApiPaths.GpuNodes);
    }

    [Fact]
    public async Task An_agent_sees_whose_the_GPUs_are_and_on_servers_that_know_no_such_drivers_is_not_forbidden_to()
    {
        var allowed = await agent.Create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Review("list"));
        var watched = await agent.Create("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", Review("watch"));

        Assert.Equal(("true", "false"), (allowed.Text("status", "allowed"), watched.Text("status", "allowed")));

        static JsonObject Review(string verb) => new()
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SelfSubjectAccessReview",
            ["spec"] = new JsonObject { ["resourceAttributes"] = new JsonObject { ["verb"] = verb, ["group"] = "resource.k8s.io", ["resource"] = "resourceslices" } },
        };
    }

    [Fact]
    public async Task An_agent_can_do_nothing_else()
    {
        await Forbidden(() => agent.MergePatch(ApiPaths.Node(Node), Label("a", "b")));
        await Forbidden(() => agent.MergePatch(ApiPaths.Node(Node) + "/status", Status()));
        await Forbidden(() => agent.MergePatch(ApiPaths.GpuNode(Node), Label("a", "b")));
        await Forbidden(() => agent.Create(ApiPaths.GpuNodes, GpuNode("another")));
        await Forbidden(() => agent.Delete(ApiPaths.GpuNode(Node)));
        await Forbidden(() => agent.MergePatch(Pod, Label("a", "b")));
        await Forbidden(() => agent.Create(Pods, TestPod.Named("another").ToJson()));
        await Forbidden(() => agent.Delete(Pod));
        await Forbidden(() => agent.Create(ApiPaths.Leases(scope.Namespace), Lease(Node)));
        await Forbidden(() => agent.List(Secrets));
    }

    [Fact]
    public async Task The_server_keeps_GpuNodes_but_leaves_their_status_to_the_agents()
    {
        var name = scope.NodeName("new");

        await server.Create(ApiPaths.GpuNodes, GpuNode(name));
        await server.MergePatch(ApiPaths.GpuNode(name), new JsonObject { ["spec"] = new JsonObject { ["mode"] = "MPS" } });
        await Forbidden(() => server.MergePatch(ApiPaths.GpuNode(name) + "/status", Status()));
        await server.Delete(ApiPaths.GpuNode(name));
        Assert.Null(await server.Find(ApiPaths.GpuNode(name)));
    }

    [Fact]
    public async Task The_server_binds_evicts_and_labels()
    {
        await server.Create(Pod + "/binding", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = "pod" },
            ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = Node },
        });
        await server.MergePatch(Pod, Label("nos.nebuly.com/capacity", "in-quota"));
        await server.MergePatch(ApiPaths.Node(Node), Label("nos.nebuly.com/freed", "1"));
        await server.MergePatch(ApiPaths.Namespace(scope.Namespace), Label("nos.nebuly.com/quota", "on"));
        await server.Create(ApiPaths.Events(scope.Namespace), Event());
        await server.Create(Pod + "/eviction", new JsonObject
        {
            ["apiVersion"] = manifests.Plane.Version.AtLeast(1, 22) ? "policy/v1" : "policy/v1beta1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = "pod" },
        });
    }

    [Fact]
    public async Task The_server_asks_who_callers_are_and_what_they_may()
    {
        await server.Create("/apis/authentication.k8s.io/v1/tokenreviews", new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1",
            ["kind"] = "TokenReview",
            ["spec"] = new JsonObject { ["token"] = "nobody's" },
        });
        var review = await server.Create("/apis/authorization.k8s.io/v1/subjectaccessreviews", new JsonObject
        {
            ["apiVersion"] = "authorization.k8s.io/v1",
            ["kind"] = "SubjectAccessReview",
            ["spec"] = new JsonObject { ["user"] = "nobody", ["resourceAttributes"] = new JsonObject { ["verb"] = "delete", ["resource"] = "pods" } },
        });

        Assert.Equal("false", review.Text("status", "allowed"));
    }

    [Theory]
    [InlineData("elasticquotas")]
    [InlineData("compositeelasticquotas")]
    public async Task The_server_reads_quotas_and_writes_their_status_alone(string plural)
    {
        var collection = $"/apis/nos.nebuly.com/v1alpha1/namespaces/{scope.Namespace}/{plural}";

        await server.List($"/apis/nos.nebuly.com/v1alpha1/{plural}");
        await NotFound(() => server.MergePatch($"{collection}/none/status", Status()));
        await Forbidden(() => server.MergePatch($"{collection}/none", Status()));
        await Forbidden(() => server.Create(collection, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "none" } }));
    }

    [Fact]
    public async Task The_server_deletes_the_quotas_that_a_composite_replaces_and_no_composite()
    {
        // Nobody answers the webhook here, so there is none to delete; rights are looked at first.
        await server.Delete($"{ApiPaths.ElasticQuotas(scope.Namespace)}/none");
        await Forbidden(() => server.Delete($"{ApiPaths.CompositeElasticQuotas(scope.Namespace)}/none"));
    }

    [Fact]
    public async Task The_server_fills_in_the_CA_of_its_own_webhooks_and_of_no_other()
    {
        await server.MergePatch($"{ApiPaths.ValidatingWebhooks}/nos", Label("nos.nebuly.com/test", "touched"));
        await server.MergePatch($"{ApiPaths.ValidatingWebhooks}/nos", Label("nos.nebuly.com/test", null));
        await Forbidden(() => server.MergePatch($"{ApiPaths.ValidatingWebhooks}/others", Label("a", "b")));
        await Forbidden(() => server.List(ApiPaths.ValidatingWebhooks));

        await server.MergePatch($"{ApiPaths.MutatingWebhooks}/nos", Label("nos.nebuly.com/test", "touched"));
        await server.MergePatch($"{ApiPaths.MutatingWebhooks}/nos", Label("nos.nebuly.com/test", null));

        await Forbidden(() => server.MergePatch($"{ApiPaths.MutatingWebhooks}/others", Label("a", "b")));
        await Forbidden(() => server.List(ApiPaths.MutatingWebhooks));
    }

    [Fact]
    public async Task The_server_reads_no_secret_but_its_own()
    {
        foreach (var name in (string[])["nos-certificates", "others"])
        {
            await Admin.Create(Secrets, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = name } });
        }

        await server.Get($"{Secrets}/nos-certificates");
        await Forbidden(() => server.Get($"{Secrets}/others"));
        await Forbidden(() => server.List(Secrets));
    }

    [Fact]
    public async Task The_server_makes_no_pods_and_removes_no_nodes()
    {
        await Forbidden(() => server.Create(Pods, TestPod.Named("another").ToJson()));
        await Forbidden(() => server.Delete(ApiPaths.Node(Node)));
        await Forbidden(() => server.MergePatch(ApiPaths.Node(Node) + "/status", Status()));
    }

    private static async Task NotFound(Func<Task> attempt) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Assert.ThrowsAsync<ApiRefusedException>(attempt)).Status);

    private static async Task Forbidden(Func<Task> attempt) =>
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<ApiRefusedException>(attempt)).Status);

    private static JsonObject GpuNode(string name) => new()
    {
        ["apiVersion"] = "nos.nebuly.com/v1alpha1",
        ["kind"] = "GpuNode",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["mode"] = "MIG" },
    };

    private static JsonObject Lease(string name) => new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["holderIdentity"] = name },
    };

    private static JsonObject Status() => new() { ["status"] = new JsonObject { ["observedGeneration"] = 1 } };

    private static JsonObject Label(string key, string? value) =>
        new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } };

    private JsonObject Event() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Event",
        ["metadata"] = new JsonObject { ["generateName"] = "pod." },
        ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["name"] = "pod", ["namespace"] = scope.Namespace },
        ["reason"] = "Testing",
        ["message"] = "The server may write events.",
        ["type"] = "Normal",
    };
}
