namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>What is read of a JSON web token. It is not verified here: the API server does that.</summary>
internal sealed record TokenClaims
{
    /// <summary>The subject: the user's name, <c>system:serviceaccount:NS:NAME</c> for service accounts.</summary>
    public string? Sub { get; init; }
}
