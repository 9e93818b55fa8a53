using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>One node that exists only as an API object: its machine, its kubelet's book and its agent.</summary>
/// <remarks>Told of changes from several informers at once; what it then has to do it does elsewhere, so telling is quick.</remarks>
internal sealed class SimulatedNode : IDisposable
{
    private readonly Lock gate = new();
    private readonly SimulationContext context;
    private readonly CancellationTokenSource leaving;
    private readonly SimulatedMachine machine;
    private readonly NodeReconciler reconciler;
    private readonly StatusReporter reporter;
    private readonly AllocatableWriter? allocatable;
    private readonly NodePump pump;
    private readonly string name;
    private readonly StartedSlices started = new(() => false);

    private BoundPod[] pods = [];
    private NodeDocument? node;
    private GpuNodeDocument? gpuNode;
    private NodeOrder order = new(0, null, null, null);
    private bool isStarted;

    /// <summary>Builds the node; it does nothing until it is told to.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="machine">Its GPUs.</param>
    /// <param name="context">What it shares with others.</param>
    /// <param name="cancellation">Ends its rounds.</param>
    public SimulatedNode(string name, SimulatedMachine machine, SimulationContext context, CancellationToken cancellation)
    {
        (this.name, this.machine, this.context) = (name, machine, context);
        leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        reporter = new StatusReporter(context.Writes, name, context.Time, context.Complaints, context.Logger);
        allocatable = context.Options.SimulateAllocatable ? new AllocatableWriter(context.Writes, name, context.Complaints, context.Logger) : null;

        var driver = new SimulatedDriver(name, machine, context.Options.SimulatedLatency, context.Faults, context.Time);
        reconciler = new NodeReconciler(name, driver, () => Volatile.Read(ref order), Uses, context.Time, context.Metrics, context.Logger, started);
        var heartbeat = new Heartbeat(
            context.Writes, context.Options.Namespace, name, context.Options.ReportInterval, context.Time, context.Complaints, context.Logger);
        var agent = new NodeAgent(name, reconciler, reporter, heartbeat, () => Volatile.Read(ref order), context.Time, context.Metrics, context.Logger);
        pump = new NodePump(cancelled => RoundAsync(agent, cancelled), context.WakeUps, leaving.Token);
    }

    /// <summary>The GpuNode as it was seen last, without its report; <see langword="null"/> where there is none.</summary>
    public GpuNodeDocument? GpuNode
    {
        get
        {
            lock (gate)
            {
                return gpuNode;
            }
        }
    }

    /// <summary>The GpuNode with the report as it would be now, whether it has been written or not; for metrics.</summary>
    public GpuNodeDocument Look() => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new GpuNodeSpec { Mode = Volatile.Read(ref order).Mode?.ToString().ToUpperInvariant() },
        Status = StatusComposer.Compose(reconciler.Look(machine.Read())),
    };

    /// <summary>Begins to work; before that it only listens.</summary>
    public void Start()
    {
        lock (gate)
        {
            isStarted = true;
            Admit();
        }

        pump.Kick();
    }

    /// <summary>Follows the node object: its GPUs are what its labels say.</summary>
    public void See(NodeDocument document)
    {
        var hardware = SimulatedHardware.Of(document.Metadata, context.Options.SimulatedGpus);
        var label = document.Metadata.Label(NosKeys.GpuPartitioning);
        var mode = label switch { "mig" => PartitioningMode.Mig, "mps" => PartitioningMode.Mps, _ => (PartitioningMode?)null };
        var trouble = hardware.Trouble ?? (label is not null && mode is null
            ? new NodeTrouble("PartitioningLabelInvalid", $"The node's label {NosKeys.GpuPartitioning} is '{label}'; write mig or mps.")
            : null);
        allocatable?.Observe(document.Status);
        lock (gate)
        {
            node = document;
            // Labels that make no sense take no GPU out: slices in use are on them.
            if (hardware.Model is { } model)
            {
                machine.Equip(model, hardware.Count);
            }

            // Registered anew under its name it is another node, and its GpuNode may be the earlier one's.
            var spec = SpecOf(gpuNode) is { } asked ? order.Spec ?? asked : null;
            var since = mode is null && (order.Mode is not null || order.UnlabelledSince == default) ? context.Time.GetUtcNow() : order.UnlabelledSince;
            Order(order with { Spec = spec, Mode = mode, Trouble = trouble, UnlabelledSince = since });
        }
    }

    /// <summary>Follows the GpuNode.</summary>
    public void See(GpuNodeDocument document)
    {
        var isForeign = reporter.Observe(document);
        lock (gate)
        {
            var spec = SpecOf(document);
            if (spec is not null)
            {
                machine.Restore(document.Status);
                started.Restore(document.Status);
            }

            var isAnother = document.Metadata.Uid != gpuNode?.Metadata.Uid;
            gpuNode = document with { Status = null };
            var generation = document.Metadata.Generation ?? 0;
            if (isAnother || generation != order.Generation || spec is null != order.Spec is null)
            {
                machine.Advertise(Aliases(document.Spec));
                Order(order with { Generation = generation, Spec = spec, GpuNodeUid = document.Metadata.Uid });
            }
            else if (isForeign && isStarted)
            {
                pump.Kick();
            }
        }
    }

    /// <summary>The GpuNode is gone: nothing is touched until there is another.</summary>
    public void SeeNoGpuNode()
    {
        reporter.ObserveAbsence();
        lock (gate)
        {
            gpuNode = null;
            Order(order with { Generation = 0, Spec = null, GpuNodeUid = null });
        }
    }

    /// <summary>These pods and no others hold slices here, or should.</summary>
    public void See(BoundPod[] all)
    {
        lock (gate)
        {
            pods = all;
            started.Admit(all.Select(pod => pod.Uid));
            Admit();
        }
    }

    /// <summary>Reports that its agent stops; nothing is reported after that.</summary>
    public Task CloseAsync(CancellationToken cancellation) => reporter.CloseAsync(cancellation);

    /// <summary>Ends its rounds.</summary>
    /// <returns>Completes when the last is over.</returns>
    public Task LeaveAsync()
    {
        leaving.Cancel();
        return pump.Idle;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        leaving.Dispose();
        reporter.Dispose();
    }

    private async Task<DateTimeOffset> RoundAsync(NodeAgent agent, CancellationToken cancellation)
    {
        var due = await agent.RoundAsync(cancellation);
        if (allocatable is not null)
        {
            await allocatable.WriteAsync(machine.Advertised(), cancellation);
        }

        return due;
    }

    /// <summary>Kubelet's book, after pods that wait for a slice were given those that have come into being.</summary>
    private IReadOnlyDictionary<SlicePlace, SliceUse> Uses()
    {
        lock (gate)
        {
            _ = machine.Admit(pods, context.Faults.Of(name).Swaps);
            return machine.Uses;
        }
    }

    private void Admit()
    {
        // Before all pods are known none must lose what it has.
        if (isStarted && machine.Admit(pods, context.Faults.Of(name).Swaps))
        {
            pump.Kick();
        }
    }

    private void Order(NodeOrder next)
    {
        if (next != order)
        {
            Volatile.Write(ref order, next);
            if (isStarted)
            {
                pump.Kick();
            }
        }
    }

    /// <summary>What is asked of this very node: a GpuNode of an earlier one of its name asks nothing, the server replaces it.</summary>
    private GpuNodeSpec? SpecOf(GpuNodeDocument? document) => document is null || (node is not null && !document.IsOf(node)) ? null : document.Spec;

    private static Dictionary<string, SliceResource>? Aliases(GpuNodeSpec spec)
    {
        var aliases = new Dictionary<string, SliceResource>(StringComparer.Ordinal);
        foreach (var slice in (spec.Gpus ?? []).SelectMany(gpu => gpu.Slices))
        {
            if (slice.Profile is not null && SliceResource.TryParse(slice.Resource, out var resource) && resource.Profile != slice.Profile)
            {
                aliases[slice.Id] = resource;
            }
        }

        return aliases.Count == 0 ? null : aliases;
    }
}
