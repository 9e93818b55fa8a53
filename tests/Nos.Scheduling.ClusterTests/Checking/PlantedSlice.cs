using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>A slice of a <see cref="PlantedCluster"/>: both entries of its GpuNode.</summary>
internal sealed record PlantedSlice(JsonObject Spec, JsonObject Status)
{
    public PlantedSlice Use(string pod)
    {
        (Status["state"], Status["pod"], Status["podUid"]) = ("Used", $"team/{pod}/main", $"uid-{pod}");
        return this;
    }

    public PlantedSlice State(string state)
    {
        Status["state"] = state;
        return this;
    }

    public PlantedSlice KeepFor(string pod, DateTimeOffset until)
    {
        Spec["for"] = new JsonObject { ["uid"] = $"uid-{pod}", ["until"] = until.ToString("O") };
        return this;
    }
}
