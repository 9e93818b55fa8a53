namespace Nos.Scheduling.Agent.DevicePlugin.Rpc;

/// <summary>The codes of gRPC that are used here; others of a peer's are kept as numbers.</summary>
internal enum RpcStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The peer does not say what is wrong.</summary>
    Unknown = 2,

    /// <summary>The request makes no sense.</summary>
    InvalidArgument = 3,

    /// <summary>What is asked for does not exist.</summary>
    NotFound = 5,

    /// <summary>It exists, but not in a state to be given away.</summary>
    FailedPrecondition = 9,

    /// <summary>The peer has no such method.</summary>
    Unimplemented = 12,

    /// <summary>A bug of the peer's, or of the transport.</summary>
    Internal = 13,

    /// <summary>Nobody answers.</summary>
    Unavailable = 14,
}
