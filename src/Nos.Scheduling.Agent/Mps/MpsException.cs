namespace Nos.Scheduling.Agent.Mps;

/// <summary>A GPU cannot be shared, or its daemon does not do what it is asked.</summary>
/// <param name="message">Why, in a sentence fit for the status.</param>
internal sealed class MpsException(string message) : Exception(message);
