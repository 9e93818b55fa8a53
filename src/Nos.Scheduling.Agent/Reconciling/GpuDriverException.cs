namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>The driver said no, about one slice or about the whole machine.</summary>
/// <param name="message">Why, in words fit for the status; a code of the driver belongs into it.</param>
internal sealed class GpuDriverException(string message) : Exception(message)
{
    /// <summary>In one word, for the condition of the node where it is about the whole machine.</summary>
    public string Reason { get; init; } = "DriverFailed";
}
