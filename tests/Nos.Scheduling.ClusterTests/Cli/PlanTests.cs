using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Nos.Scheduling.ClusterTests.Manifests;

namespace Nos.Scheduling.ClusterTests.Cli;

/// <summary><c>kubectl nos plan</c> as its own process, against a real API server, as somebody who may only look.</summary>
[Collection(ManifestsCollection.Name)]
public sealed class PlanTests(AppliedManifests manifests) : IAsyncLifetime, IDisposable
{
    private const string Node = "plan-node";
    private const string Viewer = "plan-viewer";
    private const string Lease = "/apis/coordination.k8s.io/v1/namespaces/nos-system/leases";

    private const string Pods = """
        apiVersion: v1
        kind: Pod
        metadata: {name: translated}
        spec: {containers: [{name: main, image: x, resources: {limits: {nos.nebuly.com/gpu-memory: 10}}}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: large}
        spec:
          replicas: 2
          template:
            spec: {containers: [{name: main, image: x, resources: {limits: {nvidia.com/mig-3g.40gb: 1}}}]}
        """;

    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    public async Task InitializeAsync()
    {
        var admin = manifests.Plane.Admin;
        var node = TestNode.Named(Node).WithGpus("NVIDIA-A100-SXM4-80GB", 1, 81920).Partitioned("mig");
        await admin.Create(ApiPaths.Nodes, node.ToJson());
        await admin.MergePatch(ApiPaths.Node(Node) + "/status", new JsonObject { ["status"] = node.Status() });
        await admin.Create(ApiPaths.GpuNodes, Json($$"""
            {"apiVersion": "nos.nebuly.com/v1alpha1", "kind": "GpuNode", "metadata": {"name": "{{Node}}"},
             "spec": {"mode": "MIG", "gpus": [{"index": 0, "slices": [{"id": "0-3g.40gb-4", "profile": "3g.40gb", "start": 4, "resource": "nvidia.com/mig-3g.40gb"}]}]} }
            """));
        await admin.MergePatch(ApiPaths.GpuNode(Node) + "/status", Json("""
            {"status": {"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "True"}],
              "products": [{"product": "NVIDIA-A100-SXM4-80GB", "memoryMiB": 81920, "usableGB": 79, "profiles": [
                {"name": "1g.10gb", "computeSlices": 1, "memorySlices": 1, "memoryMiB": 9728, "starts": [0, 1, 2, 3, 4, 5, 6], "maxInstances": 7},
                {"name": "3g.40gb", "computeSlices": 3, "memorySlices": 4, "memoryMiB": 40192, "starts": [0, 4], "maxInstances": 2}]}],
              "gpus": [{"index": 0, "product": "NVIDIA-A100-SXM4-80GB", "slices": [{"id": "0-3g.40gb-4", "profile": "3g.40gb", "start": 4, "state": "Free", "advertised": true}]}]}}
            """));
        var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        await admin.Create(Lease, Json($$"""
            {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "{{Node}}", "namespace": "nos-system"},
             "spec": {"holderIdentity": "{{Node}}", "leaseDurationSeconds": 90, "renewTime": "{{now}}Z"} }
            """));
        await admin.Create(ApiPaths.ClusterRoles, Json($$"""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "{{Viewer}}"}, "rules": [
              {"apiGroups": [""], "resources": ["nodes", "pods", "namespaces"], "verbs": ["list"]},
              {"apiGroups": ["nos.nebuly.com"], "resources": ["gpunodes"], "verbs": ["list"]},
              {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["list"]}]}
            """));
        await admin.Create(ApiPaths.ClusterRoleBindings, Json($$"""
            {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": {"name": "{{Viewer}}"},
             "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "{{Viewer}}"},
             "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "{{Viewer}}"}]}
            """));
        await File.WriteAllTextAsync(_scratch.File("pods.yaml"), Pods);
    }

    public async Task DisposeAsync()
    {
        var admin = manifests.Plane.Admin;
        await admin.Delete($"{ApiPaths.ClusterRoleBindings}/{Viewer}");
        await admin.Delete($"{ApiPaths.ClusterRoles}/{Viewer}");
        await admin.Delete($"{Lease}/{Node}");
        await admin.Delete(ApiPaths.GpuNode(Node));
        await admin.Delete(ApiPaths.Node(Node));
    }

    [Fact]
    public async Task Who_may_only_look_is_told_where_pods_would_go_and_nothing_is_changed()
    {
        var before = await Versions();

        await using var run = await Run(manifests.Plane.IssueClient(Viewer), "plan", "-f", _scratch.File("pods.yaml"));

        Assert.True(run.ExitCode == 1, run.Tail());
        Assert.Equal(
            [
                "POD NODE SLICE GPU BEFORE -> AFTER CUTS",
                $"default/translated {Node} main=1g.10gb@0 0 ........ -> #....... +1g.10gb@0",
                $"default/large-0 {Node} main=3g.40gb@4 0 #....... -> #...#### none",
                "default/large-1 - - - - -",
                $"default/large-1 stays out: 1 NoOpenPlacement. Nearest: GPU 0 of {Node}, where 1g.10gb@0 (default/translated, of this plan) is in the way.",
                "2 of 3 pods would get a place; 1 slice would be made and 0 destroyed, on 1 node. Nothing was changed.",
            ],
            run.OutputLines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains("PriorityClasses may not be read", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(before, await Versions());
    }

    [Fact]
    public async Task Who_may_not_even_look_is_told_what_the_server_said()
    {
        await using var run = await Run(manifests.Plane.IssueClient("nobody"), "plan", "-f", _scratch.File("pods.yaml"));

        Assert.Equal(1, run.ExitCode);
        Assert.Empty(run.OutputLines);
        Assert.Contains("forbidden", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_wrong_is_told_with_its_place_and_ends_with_two()
    {
        await File.WriteAllTextAsync(_scratch.File("wrong.yaml"), Pods.Replace("replicas: 2", "replicas: many", StringComparison.Ordinal));

        await using var run = await Run(manifests.Plane.IssueClient(Viewer), "plan", "-f", _scratch.File("wrong.yaml"));

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith("wrong.yaml, document 2 (line 6), spec.replicas: \"many\" is no number of pods; write one from 0 to 100000.", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<string[]> Versions()
    {
        var admin = manifests.Plane.Admin;
        JsonObject[] things = [await admin.Get(ApiPaths.GpuNode(Node)), await admin.Get(ApiPaths.Node(Node))];
        return [.. things.Select(one => one.Text("metadata", "resourceVersion")!), .. (await admin.List(ApiPaths.Pods("default"))).Select(pod => pod.Name())];
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static Task<ChildProcess> Run(string kubeconfig, params string[] arguments) =>
        ChildProcess.Run(ChildCommand.Cli(arguments).With("KUBECONFIG", kubeconfig).With("HOME", null));
}
