using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>What users write under our keys.</summary>
public sealed class GuardTests
{
    private const string Requested = "nos.nebuly.com/requested";
    private const string Chosen = "nos.nebuly.com/chosen";

    [Theory]
    [InlineData("nos.nebuly.com/slices", "main=0/7g.80gb@0")]
    [InlineData("nos.nebuly.com/claim", "{}")]
    [InlineData(Requested, """{"main":{"nos.nebuly.com/gpu-memory":"10"}}""")]
    [InlineData(Requested, "not json")]
    [InlineData(Requested, """{"main":5}""")]
    [InlineData(Requested, """{"main":{"nos.nebuly.com/gpu-memory":5}}""")]
    [InlineData(Requested, """{"main":{"a/b":"1","a/b":"2"}}""")]
    [InlineData(Chosen, "Anything.")]
    public void Is_stripped_from_new_pods_with_a_warning_GPUs_or_not(string key, string value)
    {
        foreach (var limits in new[] { ("cpu", "1"), ("nvidia.com/gpu", "1"), ("nvidia.com/mig-1g.10gb", "1") })
        {
            if (limits.Item1.Contains("mig", StringComparison.Ordinal) && value.Contains("\"10\"", StringComparison.Ordinal))
            {
                continue; // That one is true.
            }

            var (pod, warnings) = Webhook.Default.Create(Pods.With(limits).Annotated(key, value).Annotated("mine", "stays"));

            Assert.Equal((null, "stays"), (pod.Annotation(key), pod.Annotation("mine")));
            Assert.Equal([$"Annotation {key} is written by nos alone and was removed."], warnings);
        }
    }

    [Fact]
    public void Includes_the_capacity_label()
    {
        var (pod, warnings) = Webhook.Default.Create(Pods.With(("cpu", "1")).Labelled("nos.nebuly.com/capacity", "in-quota").Labelled("app", "a"));

        Assert.Equal("""{"app":"a"}""", pod["metadata"]!["labels"]!.ToJsonString());
        Assert.Equal(["Label nos.nebuly.com/capacity is written by nos alone and was removed."], warnings);
    }

    [Fact]
    public void Is_kept_where_it_is_true_so_that_a_copied_pod_keeps_its_history()
    {
        var copy = Pods.With(("nvidia.com/mig-1g.10gb", "1")).Annotated(Requested, """{"main":{"nos.nebuly.com/gpu-memory":"10"}}""");

        var (pod, warnings) = Webhook.Default.Create(copy);

        Assert.Equal("""{"main":{"nos.nebuly.com/gpu-memory":"10"}}""", pod.Annotation(Requested));
        Assert.StartsWith("Chose nvidia.com/mig-1g.10gb for main (10 GB)", pod.Annotation(Chosen), StringComparison.Ordinal);
        Assert.Empty(warnings);
    }

    [Theory]
    [InlineData("nvidia.com/mig-1g.20gb", "1", "10")]
    [InlineData("nvidia.com/mig-1g.10gb", "2", "10")]
    [InlineData("nvidia.com/mig-1g.10gb", "1", "11")]
    [InlineData("nvidia.com/gpu-10gb", "1", "10")]
    [InlineData("nvidia.com/mig-7g.80gb", "1", "900")]
    public void Is_stripped_where_the_pod_has_something_else(string resource, string count, string recorded)
    {
        var (pod, warnings) = Webhook.Default.Create(Pods.With((resource, count)).Annotated(Requested, $$$"""{"main":{"nos.nebuly.com/gpu-memory":"{{{recorded}}}"}}"""));

        Assert.Equal($"{resource}={count}", pod.Container().Limits());
        Assert.Null(pod.Annotation(Requested));
        Assert.Contains($"Annotation {Requested} is written by nos alone and was removed.", warnings);
    }

    [Fact]
    public void Is_written_anew_where_the_pod_still_asks()
    {
        var lie = Pods.With(("nos.nebuly.com/gpu-memory", "10")).Annotated(Requested, """{"main":{"nos.nebuly.com/gpu-memory":"10"}}""").Annotated(Chosen, "Lies.");

        var (pod, warnings) = Webhook.Default.Create(lie);

        Assert.Equal("nvidia.com/mig-1g.10gb=1", pod.Container().Limits());
        Assert.Equal("""{"main":{"nos.nebuly.com/gpu-memory":"10"}}""", pod.Annotation(Requested));
        Assert.StartsWith("Chose ", pod.Annotation(Chosen), StringComparison.Ordinal);
        Assert.Equal(2, warnings.Count);
    }

    [Fact]
    public void Is_extended_where_a_copied_pod_asks_for_more()
    {
        var copy = Pods.Of(Pods.Container("main", ("nvidia.com/mig-1g.10gb", "1")), Pods.Container("more", ("nos.nebuly.com/gpu-memory", "20")))
            .Annotated(Requested, """{"main":{"nos.nebuly.com/gpu-memory":"10"}}""");

        var (pod, _) = Webhook.Default.Create(copy);

        Assert.Equal("nvidia.com/mig-1g.20gb=1", pod.Container(1).Limits());
        Assert.Equal("""{"main":{"nos.nebuly.com/gpu-memory":"10"},"more":{"nos.nebuly.com/gpu-memory":"20"}}""", pod.Annotation(Requested));
    }

    [Fact]
    public void Is_ours_to_write()
    {
        var ours = Webhook.Default with { User = Webhook.Us };
        var pod = Pods.With(("cpu", "1")).Annotated("nos.nebuly.com/slices", "main=0/1g.10gb@0").Labelled("nos.nebuly.com/capacity", "in-quota");

        Assert.Equal(pod.ToJsonString(), ours.Create(pod).Pod.ToJsonString());
        Assert.Equal(pod.ToJsonString(), ours.Update(Pods.With(("cpu", "1")), pod).Pod.ToJsonString());
    }

    [Fact]
    public void Is_nobodys_to_write_while_our_name_is_unknown()
    {
        var nameless = Webhook.Default with { User = "", Settings = new(Identity: "") };

        Assert.Null(nameless.Create(Pods.With(("cpu", "1")).Annotated("nos.nebuly.com/slices", "x")).Pod.Annotation("nos.nebuly.com/slices"));
    }

    [Theory]
    [InlineData("nos.nebuly.com/slices")]
    [InlineData("nos.nebuly.com/claim")]
    [InlineData(Requested)]
    [InlineData(Chosen)]
    public void Is_refused_on_update_whether_added_changed_or_removed(string key)
    {
        JsonObject Pod(string? value) => value is null ? Pods.With(("cpu", "1")) : Pods.With(("cpu", "1")).Annotated(key, value);

        foreach (var (before, after) in new[] { (null, "x"), ("x", "y"), ("x", (string?)null) })
        {
            var denied = Assert.IsType<PodVerdict.Denied>(Webhook.Default.Ask(PodOperation.Update, Pod(after), Pod(before)));
            Assert.Equal(($"Annotation {key} is written by nos alone; leave it as it is.", true), (denied.Sentence, denied.IsForbidden));
        }
    }

    [Fact]
    public void Is_refused_on_update_for_the_capacity_label_too()
    {
        var denied = Webhook.Default.Ask(
            PodOperation.Update, Pods.With(("cpu", "1")).Labelled("nos.nebuly.com/capacity", "in-quota"), Pods.With(("cpu", "1")).Labelled("nos.nebuly.com/capacity", "over-quota"));

        Assert.Equal(new PodVerdict.Denied("Label nos.nebuly.com/capacity is written by nos alone; leave it as it is.", IsForbidden: true), denied);
    }
}
