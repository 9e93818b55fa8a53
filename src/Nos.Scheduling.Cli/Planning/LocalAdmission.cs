using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Does to pods what the API server and our webhook would do to them: defaults, priority, translation of what they ask for.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="settings">As the server's webhook is set.</param>
internal sealed class LocalAdmission(ClusterReading cluster, AdmissionSettings settings)
{
    /// <summary>What becomes of the pods of one source.</summary>
    /// <param name="source">Where they come from.</param>
    /// <param name="ns">The namespace they go to.</param>
    internal IEnumerable<CandidatePod> Admit(PodSource source, string ns) => source.PodNames.Select(name => Admit(source, ns, name));

    private CandidatePod Admit(PodSource source, string ns, string name)
    {
        var json = new JsonObject { ["metadata"] = source.Metadata.DeepClone(), ["spec"] = source.Spec.DeepClone() };
        var key = $"{ns}/{name}";
        json["metadata"]!["name"] = name;
        json["metadata"]!["namespace"] = ns;
        json["metadata"]!["uid"] = $"plan:{key}";
        Default(json);
        if (Prioritize(json) is { } unknown)
        {
            return new CandidatePod.Refused(key, "Denied", unknown);
        }

        var submission = new PodSubmission(PodOperation.Create, ns, "", Read(json));
        switch (PodAdmission.Decide(submission, cluster.State.FindNamespace(ns), cluster.State.Current, settings))
        {
            case PodVerdict.Denied denied:
                return new CandidatePod.Refused(key, "Denied", denied.Sentence);
            case PodVerdict.Admitted admitted:
                PodPatches.Apply(json, admitted.Patch);
                var pod = PodRecords.Of(Read(json))!;
                return !pod.IsNotAdmitted ? new CandidatePod.LetIn(pod, admitted.Warnings)
                    : new CandidatePod.Refused(key, Misfit.NotAdmitted.Name(), $"pods of namespace {ns} are left alone, so what it asks for is not translated; name a slice, like nvidia.com/mig-1g.10gb.");
            default:
                throw new InvalidOperationException("The webhook gave an answer that is not known here.");
        }
    }

    /// <summary>What is limited and not requested is requested as it is limited.</summary>
    private static void Default(JsonObject pod)
    {
        var spec = pod["spec"]!.AsObject();
        var containers = (spec["initContainers"] as JsonArray ?? []).Concat(spec["containers"] as JsonArray ?? []);
        foreach (var container in containers)
        {
            if (container!["resources"] is not JsonObject resources || resources["limits"] is not JsonObject limits)
            {
                continue;
            }

            var requests = resources["requests"] as JsonObject ?? [];
            resources["requests"] = requests;
            foreach (var (name, amount) in limits)
            {
                if (!requests.ContainsKey(name))
                {
                    requests[name] = amount?.DeepClone();
                }
            }
        }
    }

    /// <summary>Gives the pod the priority that its class is worth, or the default one.</summary>
    /// <returns>Why that cannot be; <see langword="null"/> where it can.</returns>
    private string? Prioritize(JsonObject pod)
    {
        var spec = pod["spec"]!.AsObject();
        if (cluster.Priorities.Count == 0)
        {
            return null;
        }

        if (spec["priorityClassName"]?.GetValue<string>() is not { Length: > 0 } name)
        {
            spec["priority"] = cluster.Priorities.Values.Where(known => known.GlobalDefault == true).Select(known => known.Value).DefaultIfEmpty(0).Min();
            return null;
        }

        if (!cluster.Priorities.TryGetValue(name, out var priority))
        {
            return $"there is no PriorityClass {name}; name one of {string.Join(", ", cluster.Priorities.Keys.Order(StringComparer.Ordinal))}.";
        }

        spec["priority"] = priority.Value;
        return null;
    }

    private static PodDocument Read(JsonObject pod) => pod.Deserialize(KubeJson.Default.PodDocument)!;
}
