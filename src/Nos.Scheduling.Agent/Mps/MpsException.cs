namespace Nos.Scheduling.Agent.Mps;

/// <summary>A GPU cannot be shared, or its daemon does not do what it is asked.</summary>
/// <param name="message">Why, in a sentence fit for the status.</param>
internal sealed class MpsException(string message) : Exception(message)
{
    /// <summary>Whether it is the daemon that gave no answer in time: it may hang, and may come to itself.</summary>
    public bool IsSilence { get; init; }
}
