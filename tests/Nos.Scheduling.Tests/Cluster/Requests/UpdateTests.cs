using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>What becomes of changes to a pod that was translated when it was created.</summary>
public sealed class UpdateTests
{
    private static readonly Webhook Own = Webhook.Default with { Settings = new(SchedulerName: "nos-scheduler", Identity: Webhook.Us) };

    [Fact]
    public void Leaves_alone_what_changes_nothing_of_ours()
    {
        var stored = Stored(Pods.With(("nos.nebuly.com/gpu-memory", "10")));

        Same(stored.Labelled("app", "b"), Own.Update(stored, stored.DeepClone().AsObject().Labelled("app", "b")));
    }

    [Theory]
    [InlineData("nos.nebuly.com/gpu-memory", "10")]
    [InlineData("nvidia.com/gpumem", "10240")]
    [InlineData("nvidia.com/gpumem-percentage", "50")]
    [InlineData("aliyun.com/gpu-mem", "3")]
    public void Drops_what_applying_the_same_manifest_brings_back(string key, string amount)
    {
        var manifest = Pods.With((key, amount), ("cpu", "1"));
        var stored = Stored(manifest);

        Same(stored, Own.Update(stored, Applied(stored, manifest)));
    }

    [Fact]
    public void Drops_several_of_several_containers()
    {
        var manifest = Pods.Of(
            Pods.Container("a", ("nos.nebuly.com/gpu-memory", "10"), ("nos.nebuly.com/gpu-compute", "20")),
            Pods.Container("b", ("nvidia.com/gpu", "1"), ("nvidia.com/gpumem", "5000"), ("nvidia.com/gpucores", "10")));
        var stored = Stored(manifest);

        Same(stored, Own.Update(stored, Applied(stored, manifest)));
    }

    [Fact]
    public void Drops_an_annotation_that_comes_back()
    {
        var manifest = Pods.With(("cpu", "1")).Annotated("gpu-fraction", "0.5");
        var stored = Stored(manifest);
        Assert.Null(stored.Annotation("gpu-fraction"));

        Same(stored, Own.Update(stored, stored.DeepClone().AsObject().Annotated("gpu-fraction", "0.5")));
    }

    [Fact]
    public void Takes_an_amount_that_is_written_differently_for_the_same()
    {
        var stored = Stored(Pods.With(("nos.nebuly.com/gpu-memory", "10")));

        Same(stored, Own.Update(stored, Applied(stored, Pods.With(("nos.nebuly.com/gpu-memory", "10000m")))));
    }

    [Fact]
    public void Refuses_another_amount_since_a_pods_slices_cannot_change()
    {
        var stored = Stored(Pods.With(("nos.nebuly.com/gpu-memory", "10")));
        var fraction = Stored(Pods.With(("cpu", "1")).Annotated("gpu-fraction", "0.5"));

        Assert.Equal(
            new PodVerdict.Denied("Container main: nos.nebuly.com/gpu-memory was 10 when the pod was created and cannot become 20; delete the pod and create it anew."),
            Own.Ask(PodOperation.Update, Applied(stored, Pods.With(("nos.nebuly.com/gpu-memory", "20"))), stored));
        Assert.Equal(
            new PodVerdict.Denied("Annotation gpu-fraction was 0.5 when the pod was created and cannot become 0.7; delete the pod and create it anew."),
            Own.Ask(PodOperation.Update, fraction.DeepClone().AsObject().Annotated("gpu-fraction", "0.7"), fraction));
    }

    [Fact]
    public void Keeps_the_node_affinity_and_the_scheduler_that_a_manifest_would_reset()
    {
        var affinity = """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}]}]}}}""";
        foreach (var key in new[] { "nos.nebuly.com/gpu-memory", "nvidia.com/gpu-8gb" })
        {
            var stored = Stored(Pods.With((key, "1")).Spec("affinity", JsonNode.Parse(affinity)));
            var applied = stored.DeepClone().AsObject().Spec("affinity", JsonNode.Parse(affinity)).Spec("schedulerName", "default-scheduler");

            Same(stored, Own.Update(stored, applied));
        }
    }

    [Fact]
    public void Translates_nothing_since_a_living_pods_resources_cannot_change()
    {
        // The webhook was down when it was created: its labels and finalizers must still be changeable.
        var missed = Pods.With(("nos.nebuly.com/gpu-memory", "10")).Annotated("gpu-fraction", "9");

        Same(missed, Own.Update(missed, missed));
    }

    [Fact]
    public void Leaves_pods_alone_that_ask_for_no_slice()
    {
        var plain = Pods.With(("nvidia.com/gpu", "1"));

        Same(plain.Spec("affinity", new JsonObject()), Own.Update(Pods.With(("nvidia.com/gpu", "1")), plain.Spec("affinity", new JsonObject())));
    }

    [Fact]
    public void Survives_a_record_that_names_containers_which_are_not_there()
    {
        var odd = Pods.With(("cpu", "1")).Annotated("nos.nebuly.com/requested", """{"gone":{"nos.nebuly.com/gpu-memory":"10"}}""");

        Same(odd, Own.Update(odd, odd));
    }

    private static JsonObject Stored(JsonObject manifest) => Own.Create(manifest).Pod;

    /// <summary>As kubectl apply sends it: the manifest's limits and, filled in by the API server, requests on top of what is stored.</summary>
    private static JsonObject Applied(JsonObject stored, JsonObject manifest)
    {
        var applied = stored.DeepClone().AsObject();
        for (var index = 0; index < manifest["spec"]!["containers"]!.AsArray().Count; index++)
        {
            foreach (var map in new[] { "limits", "requests" })
            {
                foreach (var (key, amount) in manifest.Container(index)["resources"]![map]!.AsObject())
                {
                    applied.Container(index)["resources"]![map]![key] = amount!.DeepClone();
                }
            }
        }

        return applied;
    }

    private static void Same(JsonObject expected, (JsonObject Pod, IReadOnlyList<string> Warnings) actual)
    {
        Assert.True(JsonNode.DeepEquals(expected, actual.Pod), $"{expected.ToJsonString()}\n{actual.Pod.ToJsonString()}");
        Assert.Empty(actual.Warnings);
    }
}
