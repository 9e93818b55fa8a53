using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class ProbeTests
{
    [Theory]
    [InlineData(Webhook.Us, true, true)]
    [InlineData(Webhook.Us, false, false)]
    [InlineData("jane", true, false)]
    public void Tells_our_own_dry_runs_alone_that_it_was_asked(string user, bool isDryRun, bool isTold)
    {
        var admitted = Assert.IsType<PodVerdict.Admitted>(Ask(user, isDryRun, new ObjectMeta()));

        Assert.Empty(admitted.Patch);
        Assert.Equal(isTold, AdmissionProbe.IsAnswered(admitted.Warnings.Select(warning => $"299 - \"{warning}\"")));
    }

    [Fact]
    public void Says_nothing_in_a_namespace_whose_pods_it_leaves_alone() =>
        Assert.Same(PodVerdict.Untouched, Ask(Webhook.Us, true, new ObjectMeta { Labels = new() { ["nos.nebuly.com/admission"] = "disabled" } }));

    private static PodVerdict Ask(string user, bool isDryRun, ObjectMeta ns)
    {
        var pod = Pods.With(("nos.nebuly.com/gpu-memory", "10")).Deserialize(KubeJson.Default.PodDocument)!;
        return PodAdmission.Decide(
            new PodSubmission(PodOperation.Update, "team-a", user, pod, pod) { IsDryRun = isDryRun }, new NamespaceDocument { Metadata = ns }, Webhook.Default.Cluster, Webhook.Default.Settings);
    }
}
