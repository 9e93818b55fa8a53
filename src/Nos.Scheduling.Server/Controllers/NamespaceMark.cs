using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides the label <c>nos.nebuly.com/quota</c> of a namespace, by which webhook configurations select. Pure.</summary>
internal static class NamespaceMark
{
    /// <summary>The patch that makes it right; <see langword="null"/> where it is right, or the namespace is on its way out.</summary>
    /// <param name="ns">The namespace, be it excluded or not.</param>
    /// <param name="isRuled">Whether a quota rules it.</param>
    internal static JsonObject? Patch(NamespaceDocument ns, bool isRuled)
    {
        var wanted = isRuled ? NosKeys.UnderQuota : null;
        return ns.Metadata.DeletionTimestamp is not null || ns.Metadata.Label(NosKeys.Quota) == wanted ? null : new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = ns.Metadata.Uid, ["labels"] = new JsonObject { [NosKeys.Quota] = wanted } },
        };
    }
}
