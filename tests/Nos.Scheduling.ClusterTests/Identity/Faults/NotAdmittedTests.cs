using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity.Faults;

/// <summary>Pods that were created while the webhook did not answer, and what becomes of them when it does again.</summary>
[Collection(IdentityCollection.Name)]
public sealed class NotAdmittedTests(IdentityPlane plane)
{
    private const string Fraction = "gpu-fraction";

    [Fact]
    public async Task Pods_of_controllers_are_made_anew_once_an_outage_others_stay_and_all_are_told()
    {
        await using var scope = await plane.Nos.Plane.Scope("outage");
        var disabled = $"{scope.Prefix}-disabled";
        await scope.AddNamespace(disabled, ("nos.nebuly.com/admission", "disabled"));
        var node = await plane.AddNode(scope, "n");

        plane.Nos.Webhook.Refuse();
        await scope.Add(Asking("bare"));
        await scope.Add(Asking("bound").OwnedBy("c1").BoundTo(node));
        await scope.Add(Asking("a").OwnedBy("c1"));
        await scope.Add(Asking("b").OwnedBy("c1"));
        await scope.Add(TestPod.Named("f").Annotated(Fraction, "0.25").OwnedBy("c2"));
        await scope.Add(Asking("a").OwnedBy("c3"), disabled);
        await Told(scope, "NotAdmitted", "bare", "Delete the pod and create it anew.");
        await Told(scope, "NotAdmitted", "a", "ReplicaSet c1 makes it anew");
        await Told(scope, "NotAdmitted", "f", "ReplicaSet c2 makes it anew");

        // Nothing is deleted before the webhook answers.
        Assert.Equal(5, (await plane.Admin.List(ApiPaths.Pods(scope.Namespace))).Count);
        plane.Nos.Webhook.Accept();
        await Gone(scope, "a", "b", "f");

        // The test plays the controllers.
        var anew = await scope.Add(Asking("a").OwnedBy("c1"));
        Assert.Contains("gpu-memory", anew.Annotation("nos.nebuly.com/requested"));
        await Told(scope, "Mutated", "a", anew.Annotation("nos.nebuly.com/chosen")!);

        // The next outage is seen while its pods wait (they are told after the leader has looked for the webhook), and they go, too.
        plane.Nos.Webhook.Refuse();
        await scope.Add(Asking("next").OwnedBy("c1"));
        await Told(scope, "NotAdmitted", "next", "ReplicaSet c1 makes it anew");
        plane.Nos.Webhook.Accept();
        await Gone(scope, "next");

        Assert.Equal(anew.Text("metadata", "uid"), (await scope.Pod("a")).Text("metadata", "uid"));
        Assert.Equal(["a", "bare", "bound"], (await plane.Admin.List(ApiPaths.Pods(scope.Namespace))).Select(pod => pod.Name()).Order());
        Assert.Equal(["a"], (await plane.Admin.List(ApiPaths.Pods(disabled))).Select(pod => pod.Name()));
        Assert.Empty(await plane.Admin.List(ApiPaths.Events(disabled)));
        var events = await plane.Admin.List(ApiPaths.Events(scope.Namespace));
        Assert.DoesNotContain(events, told => told.Text("involvedObject", "name") == "bound");
        Assert.Equal(
            events.Count, events.DistinctBy(told => (told.Text("involvedObject", "uid"), told.Text("reason"))).Count());
    }

    private static TestPod Asking(string name) => TestPod.Named(name).Asking("nos.nebuly.com/gpu-memory", 10);

    private async Task Told(TestScope scope, string reason, string pod, string saying) => await plane.Admin.EventuallyList(
        ApiPaths.Events(scope.Namespace),
        $"tell {pod} {reason}",
        events => events.Any(told => told.Text("reason") == reason && told.Text("involvedObject", "name") == pod
            && told.Text("message")!.Contains(saying, StringComparison.Ordinal) && told.Text("type") == (reason == "Mutated" ? "Normal" : "Warning")));

    private async Task Gone(TestScope scope, params string[] pods)
    {
        foreach (var pod in pods)
        {
            await plane.Admin.EventuallyGone(ApiPaths.Pod(scope.Namespace, pod));
        }
    }
}
