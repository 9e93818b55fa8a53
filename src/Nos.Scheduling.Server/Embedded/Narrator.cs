using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>Tells on standard output what happens to the demo's pods: request, rewritten resource, node, slice, and the GPU as it is then.</summary>
internal sealed class Narrator(KubeClient client, ClusterState state, TextWriter output, ILogger<Narrator> logger, TimeProvider time)
{
    private readonly Dictionary<string, string> told = new(StringComparer.Ordinal);

    internal Task RunAsync(CancellationToken cancellation) =>
        new Informer<PodDocument>(client, KubeResources.Pods, Hear, logger, time).RunAsync(cancellation);

    private void Hear(InformerEvent<PodDocument> change)
    {
        foreach (var pod in change.Deleted)
        {
            if (told.Remove(pod.Metadata.Uid ?? "") && !string.IsNullOrEmpty(pod.Spec.NodeName))
            {
                output.WriteLine($"  {Key(pod),-18} ended, {pod.Metadata.Annotation(NosKeys.Slices)} on {pod.Spec.NodeName} is free again");
            }
        }

        foreach (var pod in change.Changed)
        {
            if (Line(pod) is { } line && told.GetValueOrDefault(pod.Metadata.Uid ?? "") != line.State)
            {
                told[pod.Metadata.Uid ?? ""] = line.State;
                output.WriteLine(line.Text);
            }
        }
    }

    /// <summary>The line, and which state it tells of; <see langword="null"/> where there is nothing to tell yet.</summary>
    private (string State, string Text)? Line(PodDocument pod)
    {
        var resource = pod.Spec.Containers.SelectMany(container => container.Resources?.Limits?.Keys ?? Enumerable.Empty<string>()).FirstOrDefault();
        var asked = DemoPods.Asked(pod.Metadata.Namespace ?? "", pod.Metadata.Name) ?? resource;
        var rewritten = $"  {Key(pod),-18} {asked,-22} -> {resource,-23}";
        if (pod.Metadata.Annotation(NosKeys.Slices) is { } promise && pod.Spec.NodeName is { Length: > 0 } node)
        {
            var slice = PromisedSlice.ReadAll(promise) is [var first, ..] ? first : default;
            var drawn = state.Current.Find(node)?.FindGpu(slice.Gpu)?.Draw();
            return ("bound", $"{rewritten} -> {node,-6} -> {promise,-20} gpu {slice.Gpu} {drawn}");
        }

        var waits = pod.Status.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" })?.Message;
        return waits is null ? null : ("waits " + waits, $"{rewritten} waits: {waits}");
    }

    private static string Key(PodDocument pod) => $"{pod.Metadata.Namespace}/{pod.Metadata.Name}";
}
