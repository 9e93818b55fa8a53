namespace Nos.Scheduling.Cluster.Requests;

/// <summary>What becomes of a submitted pod. The two nested records are the only kinds.</summary>
public abstract record PodVerdict
{
    private PodVerdict()
    {
    }

    /// <summary>It is let in as it stands, without a word.</summary>
    public static PodVerdict Untouched { get; } = new Admitted([], []);

    /// <summary>It is let in.</summary>
    /// <param name="Patch">What is changed, in this order; empty where nothing is.</param>
    /// <param name="Warnings">Sentences for its author.</param>
    public sealed record Admitted(IReadOnlyList<PatchOperation> Patch, IReadOnlyList<string> Warnings) : PodVerdict;

    /// <summary>It is refused.</summary>
    /// <param name="Sentence">Why, and what to write instead.</param>
    /// <param name="IsForbidden">Whether the author may not do this at all; else the request is wrong in itself.</param>
    public sealed record Denied(string Sentence, bool IsForbidden = false) : PodVerdict;
}
