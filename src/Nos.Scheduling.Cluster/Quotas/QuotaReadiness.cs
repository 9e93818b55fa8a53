using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Decides the condition <c>Ready</c> of a quota: whether all that it says is in force. Equal inputs, equal words.</summary>
/// <remarks>A quota with something wrong still does the rest of its work.</remarks>
public static class QuotaReadiness
{
    /// <summary>The condition's type.</summary>
    public const string Type = "Ready";

    /// <summary>All that it says is in force.</summary>
    public const string InForce = "InForce";

    /// <summary>Another quota rules some or all of its namespaces.</summary>
    public const string NamespaceConflict = "NamespaceConflict";

    /// <summary>A namespace that it names does not exist.</summary>
    public const string NamespaceMissing = "NamespaceMissing";

    /// <summary>A max is less than the min of the same resource.</summary>
    public const string MinAboveMax = "MinAboveMax";

    /// <summary>An amount is negative; it counts as 0.</summary>
    public const string NegativeAmount = "NegativeAmount";

    /// <summary>An amount is no quantity; the resource is not judged by it.</summary>
    public const string UnreadableAmount = "UnreadableAmount";

    /// <summary>More sentences than anybody reads.</summary>
    private const int MostSentences = 5;

    /// <summary>The condition; its reason is the first of the above that is so, its message says all. Its transition is now unless the status was the same before.</summary>
    /// <param name="quota">What its author wants.</param>
    /// <param name="namespaces">The namespaces that it names.</param>
    /// <param name="before">Its conditions so far.</param>
    /// <param name="now">The moment; whole seconds of it are written.</param>
    public static Condition Of(SubmittedQuota quota, IReadOnlyList<CoveredNamespace> namespaces, IReadOnlyList<Condition> before, DateTimeOffset now)
    {
        var troubles = Troubles(quota, namespaces).ToList();
        var status = troubles.Count == 0 ? "True" : "False";
        return new Condition
        {
            Type = Type,
            Status = status,
            Reason = troubles.Count == 0 ? InForce : troubles[0].Reason,
            Message = troubles.Count == 0 ? Words(namespaces) : string.Join(' ', Limited(troubles)),
            LastTransitionTime = before.FirstOrDefault(earlier => earlier.Type == Type && earlier.Status == status)?.LastTransitionTime
                ?? new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, now.Offset),
            ObservedGeneration = quota.Metadata.Generation,
        };
    }

    private static IEnumerable<(string Reason, string Sentence)> Troubles(SubmittedQuota quota, IReadOnlyList<CoveredNamespace> namespaces)
    {
        foreach (var covered in namespaces.Where(covered => covered.Ruler is { } ruler && !quota.Is(ruler)))
        {
            yield return (NamespaceConflict, $"Namespace {covered.Name} is under {covered.Ruler}, and not counted here.");
        }

        foreach (var covered in namespaces.Where(covered => !covered.Exists))
        {
            yield return (NamespaceMissing, $"There is no namespace {covered.Name}.");
        }

        foreach (var trouble in QuotaAmountTroubles.Of(quota))
        {
            yield return trouble;
        }
    }

    private static string Words(IReadOnlyList<CoveredNamespace> namespaces) =>
        namespaces.Count == 1 ? $"It rules namespace {namespaces[0].Name}." : $"It rules {namespaces.Count} namespaces.";

    private static IEnumerable<string> Limited(List<(string Reason, string Sentence)> troubles)
    {
        var sentences = troubles.Take(MostSentences).Select(trouble => trouble.Sentence);
        return troubles.Count <= MostSentences ? sentences : sentences.Append($"And {troubles.Count - MostSentences} more.");
    }
}
