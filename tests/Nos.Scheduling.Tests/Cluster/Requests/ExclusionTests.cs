using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class ExclusionTests
{
    public static TheoryData<string, string?, string?> Excluded => new()
    {
        { "kube-system", null, null },
        { "nos-system", null, null },
        { "team-a", "nos.nebuly.com/system", "true" },
        { "team-a", "nos.nebuly.com/admission", "disabled" },
    };

    [Theory]
    [MemberData(nameof(Excluded))]
    public void Leaves_excluded_namespaces_alone_whatever_their_pods_say(string name, string? label, string? value)
    {
        var webhook = Webhook.Default with { Namespace = name, NamespaceMeta = new ObjectMeta { Labels = label is null ? null : new() { [label] = value! } } };
        var pod = Pods.With(("nos.nebuly.com/gpu-memory", "0")).Annotated("nos.nebuly.com/slices", "x");

        Assert.Same(PodVerdict.Untouched, webhook.Ask(PodOperation.Create, pod));
        Assert.Same(PodVerdict.Untouched, webhook.Ask(PodOperation.Update, pod, Pods.With(("cpu", "1"))));
    }

    [Theory]
    [InlineData("nos.nebuly.com/system", "false")]
    [InlineData("nos.nebuly.com/admission", "enabled")]
    public void Takes_only_the_exact_values(string label, string value)
    {
        var webhook = Webhook.Default with { NamespaceMeta = new ObjectMeta { Labels = new() { [label] = value } } };

        Assert.IsType<PodVerdict.Denied>(webhook.Ask(PodOperation.Create, Pods.With(("nos.nebuly.com/gpu-memory", "0"))));
    }

    [Fact]
    public void Treats_an_unknown_namespace_as_any_other()
    {
        var submission = new PodSubmission(PodOperation.Create, "new", "jane", new PodDocument());

        var admitted = Assert.IsType<PodVerdict.Admitted>(PodAdmission.Decide(submission, null, Webhook.Default.Cluster, new()));
        Assert.Empty(admitted.Patch);
    }

    [Fact]
    public void Only_warns_a_pod_without_slices_that_opens_GPUs_itself()
    {
        var before = Pods.Of(Pods.Container("main", ("nvidia.com/gpu", "1")).Env("NVIDIA_VISIBLE_DEVICES", "all"));

        var (after, warnings) = Webhook.Default.Create(before);

        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Equal(["Container main sets NVIDIA_VISIBLE_DEVICES itself: it may see GPUs that are not its own."], warnings);
    }
}
