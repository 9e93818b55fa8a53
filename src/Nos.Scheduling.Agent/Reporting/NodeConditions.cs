using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>The two conditions of a GpuNode: <c>Ready</c>, whether its agent can work, and <c>Partitioned</c>, whether the GPUs are as the spec wants.</summary>
internal static class NodeConditions
{
    /// <summary>How many slices the message of <c>Partitioned</c> tells about; the others tell themselves.</summary>
    private const int Told = 3;

    /// <summary>Whether slices can be made and used here.</summary>
    public static Condition Ready(NodeView view) => (view.Order.Trouble ?? MigOff(view) ?? NotShareable(view)) is { } trouble
        ? Of("Ready", "False", trouble.Reason, trouble.Message)
        : Of("Ready", "True", "AgentReady", $"The agent drives {Counted(view.Machine.Gpus.Count, "GPU")}.");

    /// <summary>The last word of an agent that ends.</summary>
    public static Condition Stopping { get; } = Of("Ready", "False", "Stopping", "The agent was told to stop.");

    /// <summary>Whether the spec is carried out.</summary>
    public static Condition Partitioned(NodeView view)
    {
        var (order, wrong) = (view.Order, Wrong(view));
        return order.Trouble is not null ? Of("Partitioned", "Unknown", "NotReady", "The agent touches nothing while it is not ready.")
            : order.Mode is null ? Of("Partitioned", "False", "LabelGone", $"The node's label {NosKeys.GpuPartitioning} is gone; {Remaining(view)}")
            : order.OutdatedMode is not null ? Of("Partitioned", "False", "ModeChanging", $"The spec is still in mode {order.Spec?.Mode}; {Remaining(view)}")
            : Broken(view) is { } fault ? Of("Partitioned", "False", "GpuFailed", fault)
            : wrong.Count > 0 ? Of("Partitioned", "False", "SlicesFailed", $"{Counted(wrong.Count, "slice")} failed. {string.Join(" ", wrong.Take(Told))}")
            : order.Spec?.Gpus is null ? Of("Partitioned", "Unknown", "NoSpec", "The spec names no GPUs, so nothing is touched.")
            : view.Pending.Count > 0 ? Of("Partitioned", "False", "InProgress", "Slices are being made or removed.")
            : Of("Partitioned", "True", "AsSpecified", "The GPUs have the slices that the spec lists.");
    }

    /// <summary>Whether the processes of pods with MPS shares get onto their GPUs; <see langword="null"/> where none is known to wait.</summary>
    public static Condition? ClientsServed(NodeView view)
    {
        var waiting = view.Machine.Gpus.SelectMany(gpu => gpu.Queued.Select(client => Sentence(gpu, client, view))).ToList();
        return waiting.Count == 0 ? null : Of("ClientsServed", "False", "UidConflict", string.Join(" ", waiting.Take(Told)));
    }

    /// <summary>The conditions with the time since when each is so: now, unless its status was the same before.</summary>
    public static Condition[] Since(IReadOnlyCollection<Condition> before, IEnumerable<Condition> conditions, DateTimeOffset now) =>
    [
        .. conditions.Select(condition => condition with
        {
            LastTransitionTime = before.FirstOrDefault(earlier => earlier.Type == condition.Type && earlier.Status == condition.Status)?.LastTransitionTime
                ?? new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, now.Offset),
        }),
    ];

    /// <summary>A GPU that cannot be cut as it is makes the node useless for slices; those that exist on the others are kept all the same.</summary>
    private static NodeTrouble? MigOff(NodeView view) =>
        view.Order.Mode == PartitioningMode.Mig && view.Machine.Gpus.Select(gpu => gpu.Obstacle).FirstOrDefault(obstacle => obstacle is not null) is { } obstacle
            ? new NodeTrouble("MigModeOff", obstacle)
            : null;

    /// <summary>The same where the GPUs are to be shared.</summary>
    private static NodeTrouble? NotShareable(NodeView view) =>
        view.Order.Mode == PartitioningMode.Mps && view.Machine.Gpus.Select(gpu => gpu.ShareObstacle).FirstOrDefault(obstacle => obstacle is not null) is { } obstacle
            ? new NodeTrouble("NotShareable", obstacle)
            : null;

    /// <summary>Why slices that exist are of no use; <see langword="null"/> where they are.</summary>
    private static string? Broken(NodeView view) => view.Machine.Gpus.FirstOrDefault(gpu => gpu.Fault is not null && gpu.Slices.Count > 0) is { } broken
        ? $"The slices of GPU {broken.Index} cannot be used: {broken.Fault}"
        : null;

    private static string Sentence(GpuReading gpu, QueuedClient client, NodeView view)
    {
        var pods = view.Uses.Where(use => use.Key.Gpu == gpu.Index && client.Shares.Contains(use.Key.Id, StringComparer.Ordinal))
            .Select(use => use.Value.Pod)
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();
        var served = client.ServedUid is { } uid ? $"user {uid}" : "another user";
        return $"Process {client.Pid} of user {client.Uid}{(pods is null ? "" : $", of {pods},")} waits for GPU {gpu.Index} until every process of {served} has left it: MPS serves one user at a time.";
    }

    private static List<string> Wrong(NodeView view) =>
    [
        .. view.Refused.Select(refusal => $"{refusal.Entry.Id}: {refusal.Message}"),
        .. view.Failures.Where(failure => !view.Pending.Contains(failure.Key))
            .Select(failure => $"{failure.Key.Id}: {failure.Value.Message}")
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>What is waited for, by name: who looks here wants to know whom to ask.</summary>
    private static string Remaining(NodeView view)
    {
        var used = view.Machine.Gpus
            .SelectMany(gpu => gpu.Slices.Select(slice => (Place: new SlicePlace(gpu.Index, slice.Shape), slice.IsBusy)))
            .Where(slice => slice.IsBusy || view.Uses.ContainsKey(slice.Place))
            .Select(slice => $"{slice.Place.Id} ({view.Uses.GetValueOrDefault(slice.Place)?.Pod ?? "a process"})")
            .ToList();
        var others = used.Count > Told ? $" and {used.Count - Told} more" : "";
        return used.Count == 0
            ? $"no slice is in use.{Leftover(view)}"
            : $"{Counted(used.Count, "slice")} in use stay until their pods end: {string.Join(", ", used.Take(Told))}{others}.";
    }

    /// <summary>What nobody takes back: nobody knows who else wants MIG mode on.</summary>
    private static string Leftover(NodeView view)
    {
        var gpus = view.Machine.Gpus.Where(gpu => gpu is { Fault: null, IsMigOn: true }).Select(gpu => gpu.Index).ToList();
        return gpus.Count == 0 ? "" : $" MIG mode stays on; to have whole GPUs again, run nvidia-smi -i {string.Join(',', gpus)} -mig 0.";
    }

    private static Condition Of(string type, string status, string reason, string message) =>
        new() { Type = type, Status = status, Reason = reason, Message = message };

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
