using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Writes a slice down as the Container Device Interface has it: https://github.com/cncf-tags/container-device-interface. Pure.</summary>
internal static class CdiSpec
{
    /// <summary>What all slices are, to CDI.</summary>
    public const string Kind = "nos.nebuly.com/slice";

    /// <summary>The oldest version that has all that is written here, so that old runtimes take it.</summary>
    private const string Version = "0.5.0";

    /// <summary>The name that a runtime is given.</summary>
    /// <param name="id">The slice's id; what ids are made of is allowed in names.</param>
    public static string NameOf(string id) => $"{Kind}={id}";

    /// <summary>The specification of one slice.</summary>
    /// <param name="device">The slice.</param>
    /// <param name="nodes">Its device files; none: NVIDIA's runtime finds them by the UUID.</param>
    public static JsonObject Of(SliceDevice device, IReadOnlyList<string> nodes)
    {
        // With the files written down NVIDIA's runtime must not add those of every GPU, as images ask it to.
        var visible = nodes.Count > 0 ? "void" : device.VisibleUuid;
        var edits = new JsonObject { ["env"] = new JsonArray($"{ContainerVariables.VisibleDevices}={visible}") };
        if (nodes.Count > 0)
        {
            edits["deviceNodes"] = new JsonArray([.. nodes.Select(node => new JsonObject { ["path"] = node })]);
        }

        return new JsonObject
        {
            ["cdiVersion"] = Version,
            ["kind"] = Kind,
            ["devices"] = new JsonArray(new JsonObject { ["name"] = device.Id, ["containerEdits"] = edits }),
        };
    }
}
