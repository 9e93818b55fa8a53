namespace Nos.Scheduling.Server.Options;

/// <summary>How callers of the extender port prove who they are.</summary>
internal enum ExtenderAuth
{
    /// <summary>By a client certificate.</summary>
    Mtls,

    /// <summary>Not at all: whoever reaches the port may bind pods.</summary>
    None,
}
