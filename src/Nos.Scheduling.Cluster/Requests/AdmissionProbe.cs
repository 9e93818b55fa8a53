namespace Nos.Scheduling.Cluster.Requests;

/// <summary>
/// How the leader sees that the API server reaches the webhook for a pod: it tries a change of that pod without storing it, and the webhook warns it, and
/// nobody else, with these words. Where they are missing the API server went on without us.
/// </summary>
public static class AdmissionProbe
{
    /// <summary>The words.</summary>
    public const string Answer = "The webhook of nos answers.";

    /// <summary>Whether the webhook was reached.</summary>
    /// <param name="warnings">The warnings of the answer, as written in its headers.</param>
    public static bool IsAnswered(IEnumerable<string> warnings) => warnings.Any(warning => warning.Contains(Answer, StringComparison.Ordinal));
}
