namespace Nos.Scheduling.Server.Options;

/// <summary>Which cluster the server works on. The nested records are the only answers.</summary>
internal abstract record Launch
{
    private Launch()
    {
    }

    /// <summary>The one that a kubeconfig names.</summary>
    /// <param name="Path">The file, not yet opened.</param>
    internal sealed record Kubeconfig(string Path) : Launch;

    /// <summary>The one that this pod runs in.</summary>
    internal sealed record InCluster : Launch;

    /// <summary>A simulated one in this process.</summary>
    /// <param name="Asked">Whether <c>--embedded</c> asked for it; else nothing said where a cluster is.</param>
    internal sealed record Embedded(bool Asked) : Launch;

    /// <summary>None: the process ends.</summary>
    /// <param name="Sentence">Why, and what to do.</param>
    internal sealed record Refused(string Sentence) : Launch;
}
