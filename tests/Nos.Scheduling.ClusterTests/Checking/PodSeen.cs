using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>One pod as written.</summary>
internal sealed partial class PodSeen
{
    private const string PercentVariable = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE";
    private readonly List<Asked> _asked = [];

    public PodSeen(JsonObject written)
    {
        Written = written;
        Promises = Promise.ReadAll(written.Annotation("nos.nebuly.com/slices"));
        foreach (var container in Containers("initContainers"))
        {
            Ask(container, container.Text("restartPolicy") == "Always" ? Turn.Beside : Turn.Before);
        }

        foreach (var container in Containers("containers"))
        {
            Ask(container, Turn.Beside);
        }
    }

    /// <summary>When a container runs: beside all that come later, or before them.</summary>
    public enum Turn
    {
        Beside,
        Before,
    }

    public JsonObject Written { get; }

    public string Uid => Written.Text("metadata", "uid") ?? "";

    public string Key => $"{Written.Namespace()}/{Written.Name()}";

    public string? Node => Written.Text("spec", "nodeName");

    public bool HasEnded => Written.Text("status", "phase") is "Succeeded" or "Failed";

    public bool IsTerminating => Written.Text("metadata", "deletionTimestamp") is not null;

    public bool AsksForSlices => _asked.Count > 0;

    /// <summary>Bound, and not ended: it holds what it has.</summary>
    public bool IsHolding => AsksForSlices && Node is not null && !HasEnded;

    public bool IsWaiting => AsksForSlices && Node is null && !HasEnded && !IsTerminating;

    /// <summary>By container and resource, in the order of the containers.</summary>
    public IReadOnlyList<Asked> Asks => _asked;

    /// <summary>Null where the annotation is absent or cannot be read.</summary>
    public IReadOnlyList<Promise>? Promises { get; }

    /// <summary>How many slices of each resource it needs at once: a later container takes over what one before it had.</summary>
    public IReadOnlyDictionary<string, int> Needs
    {
        get
        {
            var needs = new Dictionary<string, int>();
            foreach (var like in _asked.GroupBy(asked => asked.Resource))
            {
                var (beside, most) = (0, 0);
                foreach (var asked in like)
                {
                    beside += asked.When == Turn.Beside ? asked.Count : 0;
                    most = Math.Max(most, beside + (asked.When == Turn.Before ? asked.Count : 0));
                }

                needs[like.Key] = most;
            }

            return needs;
        }
    }

    /// <param name="Percent">Of an MPS GPU's compute; 0 where it names none.</param>
    /// <param name="RunAs">The uid; null where nothing says.</param>
    public sealed record Asked(string Container, Turn When, string Resource, int Count, int Percent, string? RunAs);

    private void Ask(JsonNode container, Turn when)
    {
        foreach (var (resource, amount) in container.At("resources", "limits")?.AsObject() ?? [])
        {
            if (SliceResource().IsMatch(resource) && int.TryParse(amount?.ToString(), out var count) && count > 0)
            {
                var variable = (container["env"]?.AsArray() ?? []).FirstOrDefault(entry => entry.Text("name") == PercentVariable);
                _ = int.TryParse(variable.Text("value"), out var percent);
                var user = container.Text("securityContext", "runAsUser") ?? Written.Text("spec", "securityContext", "runAsUser");
                _asked.Add(new Asked(container.Text("name")!, when, resource, count, percent, user));
            }
        }
    }

    private IEnumerable<JsonNode> Containers(string field) => (Written.At("spec", field)?.AsArray() ?? []).Select(container => container!);

    [GeneratedRegex(@"^nvidia\.com/(mig-.+|gpu-\d+gb)$")]
    private static partial Regex SliceResource();
}
