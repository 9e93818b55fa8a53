namespace Nos.Scheduling.Fitting;

/// <summary>Why a node does not take a pod; the default value: it does.</summary>
/// <param name="Kind">What is lacking.</param>
/// <param name="Misfit">The reason among ours; <see cref="Misfit.None"/> for selector, affinity and taints, which are kube-scheduler's to tell.</param>
/// <param name="Subject">Which resource or taint it is about; empty where the kind says it all.</param>
public readonly record struct Refusal(RefusalKind Kind, Misfit Misfit, string Subject = "")
{
    /// <summary>Whether the node takes the pod.</summary>
    public bool IsNone => Kind == RefusalKind.None;

    /// <summary>The slices do not go there; <see cref="Misfit.None"/> is no refusal.</summary>
    public static Refusal Of(Misfit misfit) => misfit == Misfit.None ? default : new Refusal(RefusalKind.Slices, misfit);

    /// <summary>Too little of a resource is left.</summary>
    public static Refusal Insufficient(string resource) => new(RefusalKind.Resource, Misfit.NodeResources, resource);

    /// <summary>The reason in few, constant words, which can be counted over nodes: our name of it, or kube-scheduler's.</summary>
    public override string ToString() => Kind switch
    {
        RefusalKind.None => "",
        RefusalKind.Selector => "node selector does not match",
        RefusalKind.Affinity => "required node affinity does not match",
        RefusalKind.Taint => $"untolerated taint {Subject}",
        RefusalKind.Resource => $"Insufficient {Subject}",
        _ => Misfit.Name(),
    };
}
