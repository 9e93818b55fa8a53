using System.Net;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>A request that is refused, in the words of a real API server.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="reason">For programs.</param>
/// <param name="message">For people.</param>
#pragma warning disable CA1032, CA1064 // It never leaves this namespace and is never made without a reason.
internal sealed class ApiRefusal(HttpStatusCode status, string reason, string message) : Exception(message)
#pragma warning restore CA1032, CA1064
{
    /// <summary>The HTTP status.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>One cause, or <see langword="null"/>.</summary>
    public string? Cause { get; init; }

    public static ApiRefusal NoSuchPath() => new(HttpStatusCode.NotFound, "NotFound", "the server could not find the requested resource");

    public static ApiRefusal NotFound(InMemoryKind kind, string name) =>
        new(HttpStatusCode.NotFound, "NotFound", $"{kind.QualifiedPlural} \"{name}\" not found");

    public static ApiRefusal AlreadyExists(InMemoryKind kind, string name) =>
        new(HttpStatusCode.Conflict, "AlreadyExists", $"{kind.QualifiedPlural} \"{name}\" already exists");

    public static ApiRefusal Conflict(InMemoryKind kind, string name, string why) =>
        new(HttpStatusCode.Conflict, "Conflict", $"Operation cannot be fulfilled on {kind.QualifiedPlural} \"{name}\": {why}");

    public static ApiRefusal Outdated(InMemoryKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiRefusal OtherUid(InMemoryKind kind, string name, string? asked, string? found) =>
        Conflict(kind, name, $"Precondition failed: UID in precondition: {asked}, UID in object meta: {found}");

    public static ApiRefusal Invalid(InMemoryKind kind, string name, string why) =>
        new(HttpStatusCode.UnprocessableEntity, "Invalid", $"{kind.Kind} \"{name}\" is invalid: {why}");

    public static ApiRefusal BadRequest(string why) => new(HttpStatusCode.BadRequest, "BadRequest", why);

    public static ApiRefusal MethodNotAllowed() =>
        new(HttpStatusCode.MethodNotAllowed, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    public static ApiRefusal UnsupportedMediaType(string? type) => new(
        HttpStatusCode.UnsupportedMediaType,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: application/merge-patch+json, got {type}");

    public static ApiRefusal Expired(string why) => new(HttpStatusCode.Gone, "Expired", why);

    /// <summary>The Status object.</summary>
    public JsonObject ToStatus()
    {
        var json = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
            ["reason"] = reason,
            ["code"] = (int)Status,
        };
        if (Cause is not null)
        {
            json["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["reason"] = Cause, ["message"] = Message }) };
        }

        return json;
    }
}
