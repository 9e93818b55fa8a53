using Nos.Scheduling.Choosing;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Decides about one new pod: reads what it asks, refuses nonsense, and writes down the rest.</summary>
internal sealed class PodCreation(
    PodSubmission submission, bool isOurs, NamespaceDocument? ns, ClusterSnapshot cluster, AdmissionSettings settings, QuotaLedger quotas)
{
    private readonly PodDocument pod = submission.Pod;
    private readonly PodPatch patch = new();
    private readonly List<string> warnings = [];

    /// <summary>Gathers, decides, acts. Once per instance.</summary>
    internal PodVerdict Decide()
    {
        var asks = PodAsks.Read(pod);
        if (asks.Select(container => container.Ask).OfType<ContainerAsk.Refused>().FirstOrDefault() is { } refused)
        {
            return new PodVerdict.Denied(refused.Sentence);
        }

        return asks.All(container => container.Ask is ContainerAsk.Nothing) ? LetThrough() : Slice(asks);
    }

    /// <summary>A pod that wants no slice: only what it may not say is taken off.</summary>
    private PodVerdict.Admitted LetThrough()
    {
        if (DeviceVariables.FindSet(pod.Spec) is { } set)
        {
            warnings.Add($"Container {set.Container} sets {set.Variable} itself: it may see GPUs that are not its own.");
        }

        Strip([]);
        QuotaMarker.Mark(pod, submission.Namespace, settings.MarkedSchedulers, quotas, patch);
        return new PodVerdict.Admitted(patch.Operations, warnings);
    }

    private PodVerdict Slice(IReadOnlyList<AskingContainer> asks)
    {
        var offer = Offer.Of(cluster);
        var mode = ModeWish.Of(pod, ns, settings.DefaultMode);
        var recorded = Trusted(asks, offer, mode.Mode);
        var translation = Translation.Of(recorded is null ? asks : PodAsks.Read(pod, recorded), offer, mode.Mode);

        if (Wrong(asks, translation, offer, mode) is { } wrong)
        {
            return new PodVerdict.Denied(wrong);
        }

        Strip(recorded is null ? [] : [NosKeys.Requested, NosKeys.Chosen]);
        Record(translation, isKept: recorded is not null);
        var chosen = translation.Choice as SliceChoice.Chosen;
        var rewrite = new PodRewrite(pod, chosen?.Mode ?? Translation.ModesOf(asks)[0]!.Value, settings, patch, warnings);
        rewrite.Resources(asks, translation);
        rewrite.Placement();
        rewrite.Users(asks);
        Warn(asks, translation, offer, mode);
        return new PodVerdict.Admitted(patch.Operations, warnings);
    }

    /// <summary>The record of an earlier translation, if translating it anew leads to what the pod has: our own second look, or a copy of a pod.</summary>
    private RequestedRecord? Trusted(IReadOnlyList<AskingContainer> asks, Offer offer, PartitioningMode? mode)
    {
        if (RequestedRecord.Parse(pod.Metadata.Annotation(NosKeys.Requested)) is not { } recorded)
        {
            return null;
        }

        var before = PodAsks.Read(pod, recorded);
        return Translation.Of(before, offer, mode).Yields(asks, recorded) ? recorded : null;
    }

    private string? Wrong(IReadOnlyList<AskingContainer> asks, Translation translation, Offer offer, ModeWish mode)
    {
        if (translation.Wishes.Count > 0 && mode.Wrong is { } unknown)
        {
            return unknown;
        }

        if (Translation.ModesOf(asks).Count > 1)
        {
            return "The pod names MIG instances and MPS shares; a node has only one kind, so name one kind or use two pods.";
        }

        if (translation.Choice is SliceChoice.TooLarge large)
        {
            return ChoiceSentence.Of(large, translation.Wishes[large.Wish].Container.Container.Name, offer.IsCatalogue);
        }

        if (DeviceVariables.FindSet(pod.Spec) is { } set)
        {
            return $"Container {set.Container} sets {set.Variable} itself; in a pod with GPU slices the device plugin sets it, so leave it out.";
        }

        return Named(asks).Select(named => NamedSlices.Judge(named.Container, named.Slice, offer).Wrong).FirstOrDefault(wrong => wrong is not null)
            ?? translation.Slices().Select(ThreadPercentage.Wrong).FirstOrDefault(wrong => wrong is not null);
    }

    private void Warn(IReadOnlyList<AskingContainer> asks, Translation translation, Offer offer, ModeWish mode)
    {
        var isWished = asks.Any(container => container.Ask is ContainerAsk.Wish);
        if (isWished && mode.Warning is { } ignored)
        {
            warnings.Add(ignored);
        }

        if (isWished && translation.Choice is SliceChoice.Chosen { IsOffered: false } waiting)
        {
            warnings.Add($"No GPU of the cluster is shared by {ModeWish.Written(waiting.Mode)} now; the pod waits until one is.");
        }

        if (!isWished && mode.Mode is { } asked && Translation.ModesOf(asks) is [{ } named] && named != asked && pod.Metadata.Annotation(NosKeys.GpuPartitioning) is not null)
        {
            warnings.Add($"The pod is annotated {ModeWish.Written(asked)} but names {ModeWish.Written(named)} slices: the name counts.");
        }

        warnings.AddRange(asks.Select(container => (container.Ask as ContainerAsk.Wish)?.Warning).OfType<string>());
        warnings.AddRange(Named(asks).Select(named => NamedSlices.Judge(named.Container, named.Slice, offer).Warning).OfType<string>().Distinct());
    }

    private void Strip(string[] kept)
    {
        if (!isOurs)
        {
            GuardedKeys.Strip(pod, kept, patch, warnings);
        }
    }

    /// <summary>Writes down what was asked and what was chosen; a record that was kept, only where it says something else.</summary>
    private void Record(Translation translation, bool isKept)
    {
        if (translation.Choice is SliceChoice.Chosen chosen)
        {
            Annotate(NosKeys.Requested, RequestedRecord.From(translation.Wishes.Select(wish => (wish.Container.Container.Name, wish.Ask.Originals))).ToString(), isKept);
            Annotate(NosKeys.Chosen, ChoiceSentence.Of(chosen, [.. translation.Wishes.Select(wish => (wish.Container.Container.Name, wish.Ask.Slice))]), isKept);
        }
    }

    private void Annotate(string key, string value, bool isKept)
    {
        if (!isKept || pod.Metadata.Annotation(key) != value)
        {
            patch.Set("/metadata/annotations", pod.Metadata.Annotations is not null, key, value);
            if (isKept && pod.Metadata.Annotation(key) is not null)
            {
                warnings.Add($"Annotation {key} is written by nos alone and was written anew.");
            }
        }
    }

    private static IEnumerable<(string Container, Gpus.SliceResource Slice)> Named(IReadOnlyList<AskingContainer> asks) =>
        from container in asks
        from named in (container.Ask as ContainerAsk.Named)?.Slices ?? []
        select (container.Container.Name, named.Slice);
}
