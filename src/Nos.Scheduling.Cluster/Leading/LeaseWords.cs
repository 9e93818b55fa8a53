using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>What is written into the Lease, in the words of client-go.</summary>
internal static class LeaseWords
{
    /// <summary>The spec of one who takes it now.</summary>
    internal static LeaseSpec Taken(ElectionSettings settings, int transitions, DateTimeOffset now) => new()
    {
        HolderIdentity = settings.Identity,
        LeaseDurationSeconds = (int)settings.Duration.TotalSeconds,
        AcquireTime = MicroTime(now),
        RenewTime = MicroTime(now),
        LeaseTransitions = transitions,
    };

    /// <summary>The spec of one who lets it go: a second, for those who count it, and no holder.</summary>
    internal static LeaseSpec Released(DateTimeOffset now) => new()
    {
        HolderIdentity = "",
        LeaseDurationSeconds = 1,
        AcquireTime = MicroTime(now),
        RenewTime = MicroTime(now),
    };

    /// <summary>The spec of one who still holds it.</summary>
    internal static LeaseSpec Renewed(DateTimeOffset now) => new() { RenewTime = MicroTime(now) };

    /// <summary>As a merge patch that fails when somebody else has written since.</summary>
    internal static JsonObject Patch(LeaseSpec spec, string? resourceVersion)
    {
        var fields = new JsonObject();
        Set("holderIdentity", spec.HolderIdentity);
        Set("leaseDurationSeconds", spec.LeaseDurationSeconds);
        Set("acquireTime", spec.AcquireTime);
        Set("renewTime", spec.RenewTime);
        Set("leaseTransitions", spec.LeaseTransitions);
        return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = resourceVersion }, ["spec"] = fields };

        void Set(string name, JsonNode? value)
        {
            if (value is not null)
            {
                fields[name] = value;
            }
        }
    }

    private static string MicroTime(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
