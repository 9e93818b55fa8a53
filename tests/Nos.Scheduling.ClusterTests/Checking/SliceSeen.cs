using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>One entry of a GpuNode's spec or status, as written. Null where the field is absent.</summary>
/// <param name="Gpu">The index of the GPU that lists it.</param>
internal sealed record SliceSeen(int Gpu, string Id, string? Profile, int? Start, int? MemoryGB)
{
    public string? Resource { get; private init; }

    public string? State { get; private init; }

    public bool? Advertised { get; private init; }

    public string? Uuid { get; private init; }

    public string? Pod { get; private init; }

    public string? PodUid { get; private init; }

    /// <summary>The uid of the pod that it is kept for.</summary>
    public string? For { get; private init; }

    public DateTimeOffset? Until { get; private init; }

    /// <summary>Whether it exists on the GPU: one that could not be made was never advertised, neither so nor otherwise.</summary>
    public bool IsLive => State is "Free" or "Used" or "Deleting" || (State == "Failed" && Advertised is not null);

    public bool IsUsed => State == "Used";

    public static SliceSeen Of(int gpu, JsonNode written) => new(
        gpu, written.Text("id") ?? "", written.Text("profile"), Number(written, "start"), Number(written, "memoryGB"))
    {
        Resource = written.Text("resource"),
        State = written.Text("state"),
        Advertised = (bool?)written["advertised"],
        Uuid = written.Text("uuid"),
        Pod = written.Text("pod"),
        PodUid = written.Text("podUid"),
        For = written.Text("for", "uid"),
        Until = written.Text("for", "until") is { } until ? DateTimeOffset.Parse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) : null,
    };

    private static int? Number(JsonNode written, string field) =>
        int.TryParse(written.Text(field), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
