namespace Nos.Scheduling.Agent.DevicePlugin.Rpc;

/// <summary>A call that ended otherwise than well: thrown to be answered by a server, or by a client for what it was answered.</summary>
/// <param name="status">The code.</param>
/// <param name="message">Why, in a sentence; kubelet shows it in the pod's events.</param>
/// <param name="cause">What was underneath, or <see langword="null"/>.</param>
internal sealed class RpcException(RpcStatus status, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The code.</summary>
    public RpcStatus Status { get; } = status;
}
