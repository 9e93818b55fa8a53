using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>What holds for every pod that can be written.</summary>
public sealed class IdempotenceTests
{
    private static readonly string[] Clusters = ["4xNVIDIA-A100-SXM4-80GB:mig", "2xNVIDIA-A30:mig", "2xNVIDIA-H100-80GB-HBM3:mig", "4xNVIDIA-A10:mps", "1xNVIDIA-H200:mps"];

    private static readonly Gen<(string, string)> Limit = Gen.OneOf(
        Amount("nos.nebuly.com/gpu-memory", 0, 150),
        Amount("nos.nebuly.com/gpu-compute", 0, 110),
        Amount("nvidia.com/gpumem", 0, 100_000),
        Amount("nvidia.com/gpumem-percentage", 1, 100),
        Amount("nvidia.com/gpucores", 1, 100),
        Amount("nvidia.com/gpu", 0, 2),
        Amount("aliyun.com/gpu-mem", 1, 100),
        Amount("nvidia.com/mig-1g.10gb", 1, 2),
        Amount("nvidia.com/mig-4g.24gb", 1, 2),
        Amount("nvidia.com/gpu-8gb", 1, 2),
        Amount("cpu", 1, 4));

    /// <summary>What people write.</summary>
    private static readonly Gen<(string, string)[]> Sensible = Gen.OneOf(
        Gen.Constant(Array.Empty<(string, string)>()),
        Together(Amount("nos.nebuly.com/gpu-memory", 1, 24)),
        Together(Amount("nos.nebuly.com/gpu-memory", 1, 40), Amount("nos.nebuly.com/gpu-compute", 1, 100)),
        Together(Amount("nvidia.com/gpumem", 1, 30_000), Amount("nvidia.com/gpucores", 1, 100), Amount("nvidia.com/gpu", 1, 1)),
        Together(Amount("nvidia.com/gpumem-percentage", 1, 100), Amount("cpu", 1, 4)),
        Together(Amount("aliyun.com/gpu-mem", 1, 24)));

    private static readonly Gen<JsonObject> Container =
        from limits in Gen.Frequency((3, Sensible), (1, Limit.ListOf().Select(limits => limits.DistinctBy(limit => limit.Item1).Take(3).ToArray())))
        from variables in Gen.Choose(0, 9)
        from user in Gen.Choose(0, 3)
        from bare in Gen.Choose(0, 3)
        select Made(limits, variables, user, bare);

    private static readonly Gen<(JsonObject Pod, Webhook Webhook)> Case =
        from containers in Container.NonEmptyListOf().Select(made => made.Take(3).ToArray())
        from inits in Container.ListOf().Select(made => made.Take(2).ToArray())
        from annotations in Gen.SubListOf("gpu-fraction=0.5", "gpu-memory=6000", "nos.nebuly.com/gpu-partitioning=mps", "nos.nebuly.com/slices=x", "nos.nebuly.com/chosen=x", "mine=x")
        from affinity in Gen.Elements("null", "{}", """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{},{"matchExpressions":[{"key":"a"}]}]}}}""")
        from scheduler in Gen.Elements("", "nos-scheduler")
        from cluster in Gen.SubListOf(Clusters)
        select (
            Pod(containers, inits, annotations, affinity),
            Webhook.Default.On([.. cluster]) with { Settings = new(SchedulerName: scheduler, Identity: Webhook.Us) });

    [Fact]
    public void A_pod_that_was_let_in_is_let_in_again_unchanged()
    {
        var rewritten = 0;
        Prop.ForAll(Case.ToArbitrary(), c =>
        {
            if (c.Webhook.Ask(PodOperation.Create, c.Pod) is PodVerdict.Denied denied)
            {
                return denied.Sentence.EndsWith('.');
            }

            var (stored, _) = c.Webhook.Create(c.Pod);
            rewritten += JsonNode.DeepEquals(stored, c.Pod) ? 0 : 1;
            return c.Webhook.Ask(PodOperation.Create, stored) is PodVerdict.Admitted { Patch.Count: 0 }
                && c.Webhook.Ask(PodOperation.Update, stored, stored) is PodVerdict.Admitted { Patch.Count: 0, Warnings.Count: 0 };
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.True(rewritten > 50, $"only {rewritten} generated pods were rewritten");
    }

    [Fact]
    public void A_translated_container_asks_for_exactly_one_slice_with_enough_and_for_nothing_of_what_it_asked_before()
    {
        var translated = 0;
        Prop.ForAll(Case.ToArbitrary(), c =>
        {
            if (c.Webhook.Ask(PodOperation.Create, c.Pod) is PodVerdict.Denied)
            {
                return true;
            }

            var (stored, _) = c.Webhook.Create(c.Pod);
            var record = JsonNode.Parse(stored.Annotation("nos.nebuly.com/requested") ?? "{}")!.AsObject();
            translated += record.Count;
            return All(stored).All(container => record[(string)container["name"]!] is not JsonObject asked || HasJustOneThatSuffices(container, asked))
                && All(c.Pod).Zip(All(stored)).All(pair => record.ContainsKey((string)pair.First["name"]!) || pair.First.Limits() == pair.Second.Limits());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.True(translated > 50, $"only {translated} generated containers were translated");
    }

    private static bool HasJustOneThatSuffices(JsonObject container, JsonObject asked)
    {
        var limits = container["resources"]!["limits"]!.AsObject();
        var slices = limits.Where(limit => SliceResource.TryParse(limit.Key, out _)).ToList();
        if (slices is not [{ Value: var amount, Key: var key }] || !SliceResource.TryParse(key, out var slice) || (string?)amount != "1" || asked.Any(original => limits.ContainsKey(original.Key)))
        {
            return false;
        }

        var gb = asked.Max(original => original.Key switch
        {
            "nos.nebuly.com/gpu-memory" or "aliyun.com/gpu-mem" => int.Parse((string)original.Value!),
            "nvidia.com/gpumem" or "gpu-memory" => (int.Parse((string)original.Value!) + 1023) / 1024,
            _ => 1,
        });
        var percent = (string?)(asked["nos.nebuly.com/gpu-compute"] ?? asked["nvidia.com/gpucores"]);
        var compute = percent is null || (slice.IsMig
            ? GpuCatalog.Models.Select(model => (model, profile: model.Find(slice.Profile!))).Any(pair => pair.profile is { } profile && 100 * profile.ComputeSlices >= int.Parse(percent) * pair.model.ComputeSlices)
            : container["env"]!.AsArray().Count(variable => (string?)variable!["name"] == "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE" && (string?)variable["value"] == percent) == 1);
        return slice.MemoryGB >= gb && compute;
    }

    private static IEnumerable<JsonObject> All(JsonObject pod) =>
        (pod["spec"]!["initContainers"] as JsonArray ?? []).Concat(pod["spec"]!["containers"]!.AsArray()).Select(container => container!.AsObject());

    private static Gen<(string, string)> Amount(string key, int least, int most) => Gen.Choose(least, most).Select(amount => (key, $"{amount}"));

    private static Gen<(string, string)[]> Together(params Gen<(string, string)>[] limits) => Gen.CollectToArray(limits);

    private static JsonObject Made((string, string)[] limits, int variables, int user, int bare)
    {
        var container = Pods.Container("unnamed", limits);
        if (variables == 0)
        {
            container.Env("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "50");
        }
        else if (variables < 4)
        {
            container.Env("A", "b");
        }

        if (user == 0)
        {
            container["securityContext"] = new JsonObject { ["runAsUser"] = 7 };
        }

        if (bare == 0 && limits.Length == 0)
        {
            container.Remove("resources");
        }

        return container;
    }

    private static JsonObject Pod(JsonObject[] containers, JsonObject[] inits, IEnumerable<string> annotations, string affinity)
    {
        var pod = Pods.Of([.. containers.Select((container, index) => Named(container, $"c{index}"))])
            .Spec("initContainers", new JsonArray([.. inits.Select((container, index) => Named(container, $"i{index}"))]))
            .Spec("affinity", JsonNode.Parse(affinity));
        foreach (var annotation in annotations)
        {
            pod.Annotated(annotation.Split('=')[0], annotation.Split('=')[1]);
        }

        return pod;
    }

    private static JsonObject Named(JsonObject container, string name)
    {
        var named = container.DeepClone().AsObject();
        named["name"] = name;
        return named;
    }
}
