namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>
/// What should say how to reach the cluster does not. The message is one sentence for the user: which file, what is wrong, what to write instead.
/// </summary>
/// <param name="message">That sentence.</param>
/// <param name="inner">What went wrong below, or <see langword="null"/>.</param>
public sealed class KubeConfigException(string message, Exception? inner = null) : Exception(message, inner);
