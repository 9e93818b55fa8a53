using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Writes reports as the API takes them, and tells whether two say the same without keeping either.</summary>
internal static class StatusJson
{
    /// <summary>Equal for equal reports, and for no others that ever meet.</summary>
    public static UInt128 Fingerprint(GpuNodeStatus status)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(status, KubeJson.Default.GpuNodeStatus), hash);
        return BitConverter.ToUInt128(hash);
    }

    /// <summary>A merge patch that replaces every part of the report.</summary>
    /// <param name="status">The report.</param>
    /// <param name="uid">Of the GpuNode that it is about; another one of its name refuses it. <see langword="null"/>: whichever it is.</param>
    public static JsonObject Patch(GpuNodeStatus status, string? uid)
    {
        var report = JsonSerializer.SerializeToNode(status, KubeJson.Default.GpuNodeStatus)!.AsObject();
        report["summary"] = Summary(status);
        report["conditions"] = Conditions(status.Conditions);
        return For(uid, report);
    }

    /// <summary>A merge patch that replaces the conditions alone.</summary>
    /// <inheritdoc cref="Patch(GpuNodeStatus, string?)" path="/param"/>
    public static JsonObject Patch(IEnumerable<Condition> conditions, string? uid) => For(uid, new JsonObject { ["conditions"] = Conditions(conditions) });

    private static JsonObject For(string? uid, JsonObject status) => uid is null
        ? new JsonObject { ["status"] = status }
        : new JsonObject { ["metadata"] = new JsonObject { ["uid"] = uid }, ["status"] = status };

    /// <summary>The numbers that <c>kubectl get</c> shows in columns, which cannot count by themselves.</summary>
    private static JsonObject Summary(GpuNodeStatus status)
    {
        var slices = status.Gpus.SelectMany(gpu => gpu.Slices).ToList();
        return new JsonObject
        {
            ["gpus"] = status.Gpus.Count(gpu => gpu.Uuid is not null),
            ["slices"] = slices.Count(slice => slice.State is SliceStates.Free or SliceStates.Used or SliceStates.Deleting),
            ["used"] = slices.Count(slice => slice.State == SliceStates.Used),
        };
    }

    private static JsonArray Conditions(IEnumerable<Condition> conditions) =>
    [
        .. conditions.Select(condition => new JsonObject
        {
            ["type"] = condition.Type,
            ["status"] = condition.Status,
            ["reason"] = condition.Reason,
            ["message"] = condition.Message,

            // Kubernetes writes whole seconds of UTC with a Z; a client may compare the text.
            ["lastTransitionTime"] = condition.LastTransitionTime?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        }),
    ];
}
