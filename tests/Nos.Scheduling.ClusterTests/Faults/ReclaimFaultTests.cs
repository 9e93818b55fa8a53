using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>
/// A GPU full of small slices that a team has borrowed, and the owner who wants half of it back, while leaders die and the API server refuses: no more pods go
/// than make the room, each is told once, and the owner gets what is its own.
/// </summary>
public sealed class ReclaimFaultTests(ApiFaultPlane fixture) : IClassFixture<ApiFaultPlane>, IAsyncLifetime
{
    private readonly NosPlane nos = fixture.Nos;
    private TestScope scope = null!;

    private string Owner => $"{scope.Prefix}-owner";

    private string Borrower => $"{scope.Prefix}-borrower";

    public async Task InitializeAsync()
    {
        scope = await nos.Plane.Scope("reclaim");
        await scope.AddNamespace(Owner);
        await scope.AddNamespace(Borrower);
        await Quota(Owner, 80);
        await Quota(Borrower, 0);
        await scope.Add(NosPlane.Node(scope.NodeName("a100"), "mig", "NVIDIA-A100-SXM4-80GB", 1, 81920));
        await nos.Partitionable(scope.NodeName("a100"));
        await Task.WhenAll(Enumerable.Range(0, 7).Select(index => scope.Add(Pod($"b{index}", "1g.10gb"), Borrower)));
        await Polling.Until("all seven are bound", async () => (await Borrowing()).All(pod => pod.Text("spec", "nodeName") is not null));
        await Polling.Until("all seven have their slices", async () => (await nos.Partitionable(scope.NodeName("a100"))).ToJsonString().Split("\"Used\"").Length == 8);
    }

    public async Task DisposeAsync()
    {
        foreach (var ns in new[] { Owner, Borrower })
        {
            await nos.Plane.Admin.Delete($"{ApiPaths.ElasticQuotas(ns)}/quota");
        }

        await scope.DisposeAsync();
    }

    [Fact]
    public async Task A_leader_that_dies_between_claim_and_eviction_leaves_the_same_evictions_to_the_next()
    {
        var refused = nos.Faults.Answer(HttpStatusCode.ServiceUnavailable, IsEviction);
        await scope.Add(Pod("new", "3g.40gb"), Owner);
        var claim = (await Eventually("new", "it claims room", pod => Claim(pod) is not null)).Text("metadata", "annotations", "nos.nebuly.com/claim");
        await Polling.Until("an eviction was tried", () => Task.FromResult(refused.Happened > 0));
        await nos.Server.Kill();
        refused.Dispose();
        var before = nos.Faults.Count(IsEviction);

        await nos.StartServer();

        await LeaveAsync(claim);
        Assert.Equal(3, nos.Faults.Count(IsEviction) - before);
    }

    [Fact]
    public async Task A_leader_that_dies_after_the_first_eviction_leaves_the_rest_to_the_next_and_nobody_is_told_twice()
    {
        var before = nos.Faults.Count(IsEviction);
        var first = new TaskCompletionSource();
        using var held = nos.Faults.Hold(() => first.Task, call => IsEviction(call) && nos.Faults.Count(IsEviction) - before > 1);
        await scope.Add(Pod("new", "3g.40gb"), Owner);
        await Polling.Until("one was told to go", async () => (await Borrowing()).Any(IsTerminating));
        var claim = (await Eventually("new", "it claims room", pod => Claim(pod) is not null)).Text("metadata", "annotations", "nos.nebuly.com/claim");
        await nos.Server.Kill();
        held.Dispose();
        first.SetResult();

        await nos.StartServer();

        await LeaveAsync(claim);
    }

    [Fact]
    public async Task Nobody_goes_before_the_claim_is_written()
    {
        using var refused = nos.Faults.Answer(HttpStatusCode.InternalServerError, call => call.Method == "PATCH" && call.Path == ApiPaths.Pod(Owner, "new"), times: 5);
        var before = nos.Faults.Count(IsEviction);
        await scope.Add(Pod("new", "3g.40gb"), Owner);

        await Polling.Until("the claim was refused", () => Task.FromResult(refused.Happened >= 1));
        Assert.Equal(before, nos.Faults.Count(IsEviction));

        var claim = (await Eventually("new", "it claims room", pod => Claim(pod) is not null)).Text("metadata", "annotations", "nos.nebuly.com/claim");
        await LeaveAsync(claim);
        Assert.Equal(3, nos.Faults.Count(IsEviction) - before);
    }

    /// <summary>The three whose places make the room are told to go, and only they; as kubelet lets them go, the owner gets their place.</summary>
    private async Task LeaveAsync(string? claim)
    {
        await Polling.Until("three are told to go", async () => (await Borrowing()).Count(IsTerminating) == 3);
        foreach (var victim in (await Borrowing()).Where(IsTerminating))
        {
            Assert.Contains(victim.Text("metadata", "uid")!, claim, StringComparison.Ordinal);
            await nos.Plane.Admin.Delete(ApiPaths.Pod(Borrower, victim.Name()));
        }

        var placed = await Eventually("new", "it is bound", pod => pod.Text("spec", "nodeName") is not null);
        Assert.Matches("=0/3g.40gb@4$", placed.Text("metadata", "annotations", "nos.nebuly.com/slices"));
        Assert.Equal(4, (await Borrowing()).Count(pod => !IsTerminating(pod)));
    }

    private TestPod Pod(string name, string profile) => TestPod.Named(name).By(nos.PodScheduler).Asking($"nvidia.com/mig-{profile}", 1);

    private Task<JsonObject> Eventually(string name, string what, Func<JsonObject, bool> right) => nos.Plane.Admin.Eventually(ApiPaths.Pod(Owner, name), $"{name}: {what}", right);

    private Task<IReadOnlyList<JsonObject>> Borrowing() => nos.Plane.Admin.List(ApiPaths.Pods(Borrower));

    private Task<JsonObject> Quota(string ns, int min) => nos.Plane.Admin.Create(ApiPaths.ElasticQuotas(ns), new JsonObject
    {
        ["apiVersion"] = "nos.nebuly.com/v1alpha1",
        ["kind"] = "ElasticQuota",
        ["metadata"] = new JsonObject { ["name"] = "quota" },
        ["spec"] = new JsonObject { ["min"] = new JsonObject { ["nos.nebuly.com/gpu-memory"] = min } },
    });

    private static string? Claim(JsonObject pod) => pod.Text("metadata", "annotations", "nos.nebuly.com/claim");

    private static bool IsEviction(ApiCall call) => call.Method == "POST" && call.Path.EndsWith("/eviction", StringComparison.Ordinal);

    private static bool IsTerminating(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;
}
