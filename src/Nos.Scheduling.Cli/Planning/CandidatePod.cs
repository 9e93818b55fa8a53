using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>A pod of the file as the cluster would have it. The two nested records are the only kinds.</summary>
internal abstract record CandidatePod
{
    private CandidatePod(string key) => Key = key;

    /// <summary>Namespace and name.</summary>
    internal string Key { get; }

    /// <summary>It would be let in.</summary>
    /// <param name="Pod">As it would be stored.</param>
    /// <param name="Warnings">What its author would be told.</param>
    internal sealed record LetIn(PodRecord Pod, IReadOnlyList<string> Warnings) : CandidatePod(Pod.Key);

    /// <summary>It would be refused, or would never be planned for.</summary>
    /// <param name="Key">Namespace and name.</param>
    /// <param name="Reason">In one word.</param>
    /// <param name="Sentence">Why, and what to write instead.</param>
    internal sealed record Refused(string Key, string Reason, string Sentence) : CandidatePod(Key);
}
