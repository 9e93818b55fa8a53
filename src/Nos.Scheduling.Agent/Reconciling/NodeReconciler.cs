using Nos.Scheduling.Agent.Reporting;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Brings the GPUs of one node to what its spec lists, whatever drives them. One round at a time; each can be repeated, also after a crash.</summary>
/// <param name="node">The node's name, for the log.</param>
/// <param name="driver">What cuts the GPUs.</param>
/// <param name="order">The newest order; the same instance while nothing has changed.</param>
/// <param name="uses">Who uses which slice now.</param>
/// <param name="time">The clock of the back-off.</param>
/// <param name="metrics">Told how long steps took.</param>
/// <param name="logger">Told of steps and refusals.</param>
/// <param name="started">With which instance each pod was started; <see langword="null"/>: nobody can lose any.</param>
internal sealed partial class NodeReconciler(
    string node,
    IGpuDriver driver,
    Func<NodeOrder> order,
    Func<IReadOnlyDictionary<SlicePlace, SliceUse>> uses,
    TimeProvider time,
    AgentMetrics metrics,
    ILogger logger,
    StartedSlices? started = null)
{
    /// <summary>How long steps may take before the report shows them as under way: shorter ones are not worth a write.</summary>
    private static readonly TimeSpan WorthReporting = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly SliceFailures failures = new(time);
    private HashSet<SlicePlace> listed = [];
    private volatile bool hasPlanned;
    private volatile IReadOnlySet<SlicePlace> owed = new HashSet<SlicePlace>();

    /// <summary>When a step that failed may be tried again; <see langword="null"/> where none failed.</summary>
    public DateTimeOffset? NextRetry => failures.NextRetry;

    /// <summary>
    /// Whether the slices of bound pods stand again, or cannot: before that kubelet is to be offered nothing, or it would refuse those pods for good when it
    /// starts them again after a reboot.
    /// </summary>
    public bool IsRestored => hasPlanned && owed.Count == 0;

    /// <summary>One round: gather, decide, act.</summary>
    /// <param name="underWay">Told of the node while steps are taken: first when they take more than a moment, then after each.</param>
    /// <param name="cancellation">Ends the round between steps and within them.</param>
    /// <returns>The node after the round; steps that the driver refused are among its failures.</returns>
    /// <exception cref="GpuDriverException">The driver does not show the machine at all.</exception>
    public async Task<NodeView> RoundAsync(Func<NodeView, ValueTask> underWay, CancellationToken cancellation)
    {
        var asked = order();
        var machine = await driver.ReadAsync(cancellation);
        var (used, lost) = See(machine);
        var goal = Restoring.Extend(asked, asked.Goal(machine, time.GetUtcNow()), lost);

        Remember(goal, machine);
        var plan = NodePlan.Between(goal, machine, used, listed);
        failures.Keep(plan.Places.ToHashSet());
        var due = plan.Work.Select(work => work with { Steps = [.. work.Steps.Where(step => !failures.Rests(step.PlaceOn(work.Gpu), step.OwnerUid))] }).ToList();

        var pending = new PendingSlices(due.SelectMany(work => work.Places));
        owed = due.SelectMany(work => work.Places).Where(lost.ContainsKey).ToHashSet();
        hasPlanned = true;
        var acting = Task.WhenAll(due.Select(work => ActAsync(work, asked, pending, cancellation)));
        if (!acting.IsCompleted && await Task.WhenAny(acting, Task.Delay(WorthReporting, time, cancellation)) != acting)
        {
            do
            {
                await underWay(await ViewAsync(asked, goal, plan, pending, cancellation));
            }
            while (await pending.GoesOnAsync(acting, cancellation));
        }

        await acting;
        return await ViewAsync(asked, goal, plan, pending, cancellation);
    }

    /// <summary>The node as it is, nothing done about it.</summary>
    /// <param name="machine">The GPUs at this moment.</param>
    public NodeView Look(MachineReading machine)
    {
        var asked = order();
        var (used, lost) = See(machine);
        var goal = Restoring.Extend(asked, asked.Goal(machine, time.GetUtcNow()), lost);
        return new NodeView(asked, goal, machine, used, NodePlan.Between(goal, machine, used, listed).Refused, failures.Current, new HashSet<SlicePlace>()) { Lost = lost };
    }

    /// <summary>What a spec lists now, or listed while it existed, is no longer a find.</summary>
    private void Remember(NodeGoal goal, MachineReading machine)
    {
        var live = machine.Gpus.SelectMany(gpu => gpu.Slices.Select(slice => new SlicePlace(gpu.Index, slice.Shape)));
        var wanted = goal.Gpus.SelectMany(gpu => gpu.Slices.Select(slice => new SlicePlace(gpu.Index, slice.Shape)));
        listed = [.. live.Where(listed.Contains), .. wanted];
    }

    private async Task ActAsync(GpuWork work, NodeOrder asked, PendingSlices pending, CancellationToken cancellation)
    {
        foreach (var step in work.Steps)
        {
            // A newer spec may want something else of this GPU: what is left is decided anew.
            if (!ReferenceEquals(order(), asked))
            {
                return;
            }

            await TakeAsync(step, step.PlaceOn(work.Gpu), cancellation);
            pending.Done(step.PlaceOn(work.Gpu));
            Settle(step.PlaceOn(work.Gpu));
        }
    }

    /// <summary>The step about it is over, whatever came of it.</summary>
    private void Settle(SlicePlace place)
    {
        lock (gate)
        {
            owed = owed.Contains(place) ? owed.Where(other => other != place).ToHashSet() : owed;
        }
    }

    private (IReadOnlyDictionary<SlicePlace, SliceUse> Uses, IReadOnlyDictionary<SlicePlace, StartedSlice> Lost) See(MachineReading machine)
    {
        var used = uses();
        return started?.See(machine, used) is { Count: > 0 } lost ? (SliceLosses.Cover(used, lost, machine), lost) : (used, new Dictionary<SlicePlace, StartedSlice>());
    }

    private async Task TakeAsync(SliceStep step, SlicePlace place, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        try
        {
            if (step is SliceStep.Destroy)
            {
                await driver.DestroyAsync(place, cancellation);
                LogDestroyed(node, place);
            }
            else
            {
                await driver.CreateAsync(place, cancellation);
                LogCreated(node, place);
            }

            failures.Clear(place);
            metrics.ObserveStep(step.Shape.Profile is not null, succeeded: true, time.GetElapsedTime(began));
        }
        catch (GpuDriverException refused)
        {
            metrics.ObserveStep(step.Shape.Profile is not null, succeeded: false, time.GetElapsedTime(began));
            LogRefused(node, place, refused.Message);
            failures.Add(place, refused.Message, step.OwnerUid);
        }
    }

    private async ValueTask<NodeView> ViewAsync(NodeOrder asked, NodeGoal goal, NodePlan plan, PendingSlices pending, CancellationToken cancellation)
    {
        var machine = await driver.ReadAsync(cancellation);
        var (used, lost) = See(machine);
        return new NodeView(asked, goal, machine, used, plan.Refused, failures.Current, pending.Current) { Lost = lost };
    }

    [LoggerMessage(EventId = 401, Level = LogLevel.Information, Message = "{Node}: created {Slice}")]
    private partial void LogCreated(string node, SlicePlace slice);

    [LoggerMessage(EventId = 402, Level = LogLevel.Information, Message = "{Node}: destroyed {Slice}")]
    private partial void LogDestroyed(string node, SlicePlace slice);

    [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "{Node}: slice {Slice} failed: {Reason}")]
    private partial void LogRefused(string node, SlicePlace slice, string reason);
}
