using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>Manifests that users apply again after the webhook has rewritten their pods: by kubectl, to a real API server.</summary>
public sealed class ApplyAgainTests(OwnModePlane fixture) : IClassFixture<OwnModePlane>
{
    private const string Zone = """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"DoesNotExist"}]}]}}}""";
    private readonly NosPlane nos = fixture.Nos;

    public static TheoryData<string, string, string> Manifests => new()
    {
        { "mig", "", """{"containers":[{"name":"main","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"10","cpu":"100m"}}}]}""" },
        { "mps", "", """{"containers":[{"name":"main","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"5","nos.nebuly.com/gpu-compute":"30"}}}]}""" },
        { "mps", "", """{"containers":[{"name":"main","image":"x","env":[{"name":"A","value":"b"}],"resources":{"limits":{"nvidia.com/gpu":"1","nvidia.com/gpumem":"3000","nvidia.com/gpucores":"10"}}}]}""" },
        { "mig", "", """{"initContainers":[{"name":"setup","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"10"}}}],"containers":[{"name":"main","image":"x","resources":{"limits":{"aliyun.com/gpu-mem":"10"}}}]}""" },
        { "mig", "\"gpu-memory\":\"10240\"", """{"containers":[{"name":"main","image":"x"}]}""" },
        { "mig", "", """{"schedulerName":"default-scheduler","affinity":ZONE,"containers":[{"name":"main","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"10"}}}]}""" },
        { "mig", "", """{"schedulerName":"default-scheduler","affinity":ZONE,"containers":[{"name":"main","image":"x","resources":{"limits":{"nvidia.com/mig-1g.10gb":"1"}}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task The_same_manifest_is_neither_refused_nor_changes_anything(string mode, string annotations, string spec)
    {
        foreach (var serverSide in new[] { false, true })
        {
            await using var scope = await nos.Plane.Scope("apply");
            await AddNode(scope, mode);
            using var manifest = Manifest(scope, annotations, spec);

            await Apply(manifest, serverSide);
            var created = await scope.BoundPod("p");
            await Apply(manifest, serverSide);
            await Apply(manifest, serverSide);

            var applied = await scope.Pod("p");
            Assert.NotNull(applied.Annotation("nos.nebuly.com/slices"));
            Assert.Equal(created["spec"]!.ToJsonString(), applied["spec"]!.ToJsonString());
            Assert.Equal(Ours(created), Ours(applied));
        }
    }

    [Fact]
    public async Task Another_amount_is_refused_with_a_sentence()
    {
        await using var scope = await nos.Plane.Scope("amount");
        await AddNode(scope, "mig");
        using var ten = Manifest(scope, "", """{"containers":[{"name":"main","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"10"}}}]}""");
        using var twenty = Manifest(scope, "", """{"containers":[{"name":"main","image":"x","resources":{"limits":{"nos.nebuly.com/gpu-memory":"20"}}}]}""");
        await Apply(ten, serverSide: false);

        var refused = await Run(twenty, serverSide: false);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("nos.nebuly.com/gpu-memory was 10 when the pod was created and cannot become 20", refused.Tail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pod_can_be_exported_and_made_anew_as_a_copy()
    {
        await using var scope = await nos.Plane.Scope("copy");
        await AddNode(scope, "mig");
        await scope.Add(TestPod.Named("p").Asking("nos.nebuly.com/gpu-memory", 10));
        var copy = await scope.BoundPod("p");
        foreach (var key in new[] { "uid", "resourceVersion", "creationTimestamp", "managedFields", "selfLink" })
        {
            copy["metadata"]!.AsObject().Remove(key);
        }

        copy["metadata"]!["name"] = "copy";
        copy["spec"]!.AsObject().Remove("nodeName");
        copy.Remove("status");
        var requested = copy.Annotation("nos.nebuly.com/requested");

        var made = await nos.Plane.Admin.Create(ApiPaths.Pods(scope.Namespace), copy);

        Assert.Equal((requested, null), (made.Annotation("nos.nebuly.com/requested"), made.Annotation("nos.nebuly.com/slices")));
        Assert.NotNull((await scope.BoundPod("copy")).Annotation("nos.nebuly.com/slices"));
    }

    [Fact]
    public async Task A_users_hand_on_our_annotations_is_refused_and_a_label_of_his_own_is_not()
    {
        await using var scope = await nos.Plane.Scope("hands");
        await AddNode(scope, "mig");
        await scope.Add(TestPod.Named("p").Asking("nos.nebuly.com/gpu-memory", 10));
        await scope.BoundPod("p");
        var path = ApiPaths.Pod(scope.Namespace, "p");

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => nos.Plane.Admin.MergePatch(path, new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["nos.nebuly.com/slices"] = "c=0/7g.80gb@0" } },
        }));
        var labelled = await nos.Plane.Admin.MergePatch(path, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["a"] = "b" } } });

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("nos.nebuly.com/slices is written by nos alone; leave it as it is.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("b", labelled.Label("a"));
    }

    private async Task AddNode(TestScope scope, string mode)
    {
        var name = scope.NodeName(mode);
        await scope.Add(mode == "mig" ? NosPlane.Node(name, mode, "NVIDIA-A100-SXM4-80GB", 2, 81920) : NosPlane.Node(name, mode, "NVIDIA-A10", 2, 23028));
        await nos.Partitionable(name);
    }

    private static ScratchDirectory Manifest(TestScope scope, string annotations, string spec)
    {
        var folder = new ScratchDirectory();
        File.WriteAllText(
            Path.Combine(folder.Path, "pod.json"),
            $$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"{{scope.Namespace}}","annotations":{ {{annotations}} } },"spec":{{spec.Replace("ZONE", Zone)}} }""");
        return folder;
    }

    private async Task Apply(ScratchDirectory manifest, bool serverSide)
    {
        var kubectl = await Run(manifest, serverSide);
        Assert.True(kubectl.ExitCode == 0, kubectl.Tail());
    }

    private Task<ChildProcess> Run(ScratchDirectory manifest, bool serverSide)
    {
        var file = Path.Combine(manifest.Path, "pod.json");
        string[] how = serverSide ? ["--server-side"] : [];
        return ChildProcess.Run(new ChildCommand(
            "kubectl", Tools.Kubectl, ["--kubeconfig", nos.Plane.IssueClient("admin", "system:masters"), "apply", "--validate=false", .. how, "-f", file])
            .LoggingTo(nos.Plane.LogFolder));
    }

    private static string Ours(JsonObject pod) => string.Join('\n', pod["metadata"]!["annotations"]!.AsObject()
        .Where(annotation => !annotation.Key.StartsWith("kubectl.", StringComparison.Ordinal))
        .OrderBy(annotation => annotation.Key, StringComparer.Ordinal));
}
