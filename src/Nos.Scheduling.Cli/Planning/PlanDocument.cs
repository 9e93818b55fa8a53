using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Planning;

/// <summary><c>plan</c> for programs.</summary>
internal static class PlanDocument
{
    internal static JsonObject Of(PlanView plan, int waiting) => new()
    {
        ["pods"] = new JsonArray([.. plan.Pods.Select(Of)]),
        ["nodes"] = new JsonArray([.. plan.Nodes.Select(Of)]),
        ["placed"] = plan.Pods.Count - plan.StayingOut.Count(),
        ["stayOut"] = plan.StayingOut.Count(),
        ["waitingAlready"] = waiting,
    };

    private static JsonObject Of(PlannedPodView pod)
    {
        var json = new JsonObject { ["namespace"] = pod.Namespace, ["name"] = pod.Name };
        if (pod.StaysOut is { } staysOut)
        {
            json["reason"] = staysOut.Reason;
            json["message"] = staysOut.Sentence;
            json["refusals"] = Texts(staysOut.Refusals);
            if (staysOut.Nearest is not null)
            {
                json["nearest"] = staysOut.Nearest;
            }

            return json;
        }

        json["node"] = pod.Node;
        json["slices"] = new JsonArray([.. pod.Slices.Select(Of)]);
        return json;
    }

    private static JsonObject Of(PlannedSliceView slice) => new()
    {
        ["containers"] = Texts(slice.Containers),
        ["gpu"] = slice.Gpu,
        ["id"] = slice.Id,
        ["resource"] = slice.Resource,
        ["reused"] = slice.IsReuse,
        ["destroys"] = Texts(slice.Destroyed),
        ["before"] = slice.Before,
        ["after"] = slice.After,
    };

    private static JsonObject Of(CutNodeView node) => new()
    {
        ["name"] = node.Name,
        ["gpus"] = new JsonArray(
        [
            .. node.Gpus.Select(gpu => new JsonObject
            {
                ["index"] = gpu.Index, ["before"] = gpu.Before, ["after"] = gpu.After, ["destroyed"] = Texts(gpu.Destroyed), ["created"] = Texts(gpu.Created),
            }),
        ]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
