using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Signs what a leader writes.</summary>
/// <param name="lease">Namespace and name of the Lease by which it leads.</param>
/// <param name="holder">Who it is.</param>
/// <param name="time">The clock.</param>
public sealed class Author(string lease, string holder, TimeProvider time)
{
    /// <summary>For one write, now.</summary>
    public string Sign() => new Signature(lease, holder, time.GetUtcNow()).ToString();

    /// <summary>A merge patch that does nothing but sign: it changes any object, and with it its version.</summary>
    public JsonObject SigningPatch() => new()
    {
        ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [NosKeys.WrittenBy] = Sign() } },
    };
}
