using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>What one round of readmission is to do in one namespace.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Probe">The pod by which to see whether the webhook answers there.</param>
/// <param name="Pods">The pods to delete if it does; perhaps none.</param>
internal sealed record ReadmissionStep(string Namespace, PodRecord Probe, IReadOnlyList<PodRecord> Pods);

/// <summary>Decides which pods that were never translated are deleted once the webhook answers, so that their controllers make them anew. Pure.</summary>
internal static class ReadmissionPlan
{
    /// <param name="pods">The pods that wait untranslated in namespaces that are not excluded.</param>
    /// <param name="dealt">By controller the uids of its pods that may go in this outage: what it made since then stays, lest it be in vain for ever.</param>
    /// <param name="most">How many pods at most, probes included.</param>
    /// <returns>Namespaces and pods in ordinal order of names. A namespace whose pods may all stay is probed too: it may see the next outage begin.</returns>
    internal static IReadOnlyList<ReadmissionStep> Of(IEnumerable<PodRecord> pods, IReadOnlyDictionary<string, IReadOnlySet<string>> dealt, int most)
    {
        var steps = new List<ReadmissionStep>();
        foreach (var ns in pods.GroupBy(pod => pod.Namespace).OrderBy(ns => ns.Key, StringComparer.Ordinal))
        {
            if (most <= 0)
            {
                break;
            }

            var inOrder = ns.OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList();
            var going = inOrder.Where(pod => MayGo(pod, dealt)).Take(most).ToList();
            if (inOrder.Find(pod => pod.Controller is not null) is { } owned)
            {
                var probe = going.FirstOrDefault() ?? owned;
                steps.Add(new ReadmissionStep(ns.Key, probe, going));
                most -= Math.Max(1, going.Count);
            }
        }

        return steps;
    }

    private static bool MayGo(PodRecord pod, IReadOnlyDictionary<string, IReadOnlySet<string>> dealt) =>
        pod.Controller is { } controller && (!dealt.TryGetValue(controller.Uid, out var uids) || uids.Contains(pod.Uid));
}
