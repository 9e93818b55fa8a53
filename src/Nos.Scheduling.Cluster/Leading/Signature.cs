using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>
/// Says on an object which leader wrote it last, in the annotation <see cref="Api.NosKeys.WrittenBy"/>:
/// <c>{"lease":"nos-system/nos-scheduling","holder":"nos-server-0_…","at":"2026-11-24T10:00:00.0000000Z"}</c>.
/// </summary>
/// <param name="Lease">Namespace and name of the Lease by which it leads.</param>
/// <param name="Holder">Who it is.</param>
/// <param name="At">When it wrote, by its own clock: two writes of one leader differ in it.</param>
public sealed record Signature(string Lease, string Holder, DateTimeOffset At)
{
    /// <summary>As it is written.</summary>
    public override string ToString() => new JsonObject
    {
        ["lease"] = Lease,
        ["holder"] = Holder,
        ["at"] = At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
    }.ToJsonString();

    /// <summary>What an annotation says; <see langword="null"/> where there is none or it is no signature.</summary>
    public static Signature? Read(string? annotation)
    {
        try
        {
            return annotation is not null && JsonNode.Parse(annotation) is JsonObject { } json
                && json["lease"] is JsonValue lease && json["holder"] is JsonValue holder && json["at"] is JsonValue at
                && lease.TryGetValue<string>(out var name) && holder.TryGetValue<string>(out var who) && at.TryGetValue<DateTimeOffset>(out var when)
                ? new Signature(name, who, when)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
