namespace Nos.Scheduling.Cli.Explaining;

/// <summary>Which pod.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
internal sealed record PodName(string Namespace, string Name)
{
    /// <summary>What is wrong with a pod that was named so, in a sentence; <see langword="null"/> where nothing is.</summary>
    /// <param name="text"><c>NAMESPACE/NAME</c> or <c>NAME</c>.</param>
    /// <param name="given">The namespace that was given beside it; <see langword="null"/> where none was.</param>
    internal static string? Fault(string text, string? given) => text.Split('/') switch
    {
        [{ Length: > 0 }] => null,
        [{ Length: > 0 } named, { Length: > 0 }] => given is not null && given != named ? $"the pod is said to be in {named}, but -n says {given}; leave one of them out." : null,
        _ => $"'{text}' is no pod; write NAMESPACE/NAME.",
    };

    /// <summary>The pod of that text, which has no fault.</summary>
    internal static PodName Of(string text, string otherwise) => text.Split('/') is [var named, var name] ? new PodName(named, name) : new PodName(otherwise, text);

    /// <inheritdoc/>
    public override string ToString() => $"{Namespace}/{Name}";
}
