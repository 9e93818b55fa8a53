using System.Net;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The API server said no.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">The <c>reason</c> of its Status object, such as <c>Forbidden</c>; empty where it sent none.</param>
/// <param name="message">Its words, with the request they answer.</param>
public sealed class ApiRefusedException(HttpStatusCode status, string reason, string message) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    public string Reason { get; } = reason;
}
