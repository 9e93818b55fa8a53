using System.Globalization;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>One write that reached the API server, whatever it answered.</summary>
public sealed record ApiWrite(DateTimeOffset At, string Verb, string Resource, string Name, int Status)
{
    public bool IsLease => Resource == "leases";

    internal static ApiWrite Of(JsonObject entry)
    {
        var resource = entry.Text("objectRef", "resource") ?? "";
        var subresource = entry.Text("objectRef", "subresource");
        return new ApiWrite(
            DateTimeOffset.Parse(entry.Text("requestReceivedTimestamp")!, CultureInfo.InvariantCulture),
            entry.Text("verb")!,
            subresource is null ? resource : $"{resource}/{subresource}",
            $"{entry.Text("objectRef", "namespace")}/{entry.Text("objectRef", "name")}",
            int.Parse(entry.Text("responseStatus", "code") ?? "0", CultureInfo.InvariantCulture));
    }
}
