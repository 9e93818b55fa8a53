using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>The reconciler of a node on the NVML driver, as the agent puts them together; a new one knows nothing of an earlier one.</summary>
internal sealed class MigNode(MigDriver driver) : IDisposable
{
    private readonly ManualClock clock = new();
    private NodeOrder order = new(1, new GpuNodeSpec(), PartitioningMode.Mig, null);
    private NodeReconciler? reconciler;

    public MigDriver Driver => driver;

    /// <summary>Whom bound pods' slices belong to.</summary>
    public Dictionary<SlicePlace, SliceUse> Uses { get; } = [];

    public Task<NodeView> RoundAsync(params string[] gpus) => RoundAsync(Slices.Spec(gpus));

    public async Task<NodeView> RoundAsync(GpuNodeSpec spec)
    {
        order = order with { Generation = order.Generation + 1, Spec = spec };
        reconciler ??= new NodeReconciler("node-1", driver, () => order, () => Uses, clock, new AgentMetrics(null), NullLogger.Instance);
        return await reconciler.RoundAsync(_ => ValueTask.CompletedTask, default);
    }

    /// <summary>Rounds with the pauses that failures take between them, until nothing fails any more.</summary>
    public async Task<NodeView> ConvergeAsync(params string[] gpus)
    {
        var view = await RoundAsync(gpus);
        for (var round = 0; round < 8 && (view.Failures.Count > 0 || view.Machine.Gpus.Any(gpu => gpu.HalfDone.Count > 0)); round++)
        {
            clock.Advance(120);
            view = await RoundAsync(gpus);
        }

        return view;
    }

    public void Dispose() => driver.Dispose();
}
