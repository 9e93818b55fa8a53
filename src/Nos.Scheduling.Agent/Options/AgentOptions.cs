using System.Net;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Options;

/// <summary>Everything that the operator decides about the agent; what is set here is what runs when nothing is given.</summary>
internal sealed record AgentOptions
{
    /// <summary>What the process does.</summary>
    public AgentVerb Verb { get; init; }

    /// <summary>The node that this agent serves; <see langword="null"/> only where it plays many, or for a verb that needs no node.</summary>
    public string? NodeName { get; init; }

    /// <summary>The kubeconfig that the flag names; <see langword="null"/>: look further, see <see cref="ClusterAccess"/>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The namespace that holds the nodes' Leases.</summary>
    public string Namespace { get; init; } = "nos-system";

    /// <summary>The port of metrics and health.</summary>
    public ListenAddress Listen { get; init; } = new(false, IPAddress.Loopback, 8081);

    /// <summary>The driver that was asked for; <see langword="null"/>: see <see cref="Driver"/>.</summary>
    public AgentDriver? DriverAsked { get; init; }

    /// <summary>What the agent drives: what was asked for, else simulated GPUs where it plays nodes, else NVML.</summary>
    public AgentDriver Driver => DriverAsked ?? (SimulateNodes is null ? AgentDriver.Nvml : AgentDriver.Simulated);

    /// <summary>kubelet's directory; its sockets for device plugins and pod resources lie below.</summary>
    public string KubeletDir { get; init; } = "/var/lib/kubelet";

    /// <summary>Whether <c>--no-kubelet</c> was given, and how; <see langword="null"/>: see <see cref="NoKubelet"/>.</summary>
    public bool? NoKubeletAsked { get; init; }

    /// <summary>Without kubelet slices count as advertised at once, and used are those of bound pods. Implied where the agent plays nodes.</summary>
    public bool NoKubelet => NoKubeletAsked ?? SimulateNodes is not null;

    /// <summary>How a container is told which slice is its own.</summary>
    public DeviceList DeviceList { get; init; }

    /// <summary>Whether MIG mode may be switched on where nothing holds the GPU.</summary>
    public bool EnableMig { get; init; }

    /// <summary>How often the agent renews its Lease and looks for drift. The Lease lasts three times as long.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The directory of the MPS daemons' pipes and logs, shared with the supervisor and the pods.</summary>
    public string MpsRoot { get; init; } = "/run/nos/mps";

    /// <summary>Plays the agents of every node with this label; <see langword="null"/>: serves the one node <see cref="NodeName"/>.</summary>
    public NodeLabel? SimulateNodes { get; init; }

    /// <summary>The GPUs of a simulated node whose labels do not say.</summary>
    public SimulatedGpus SimulatedGpus { get; init; } = new(8, GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!);

    /// <summary>Whether slices are written into the nodes' allocatable, as kubelet would.</summary>
    public bool SimulateAllocatable { get; init; }

    /// <summary>How long a simulated GPU takes to create or destroy a slice.</summary>
    public TimeSpan SimulatedLatency { get; init; }

    /// <summary>The directory that simulated GPUs keep their slices in, so that they outlive the process; <see langword="null"/>: rebuilt from GpuNode.status.</summary>
    public string? SimulatedState { get; init; }

    /// <summary>The YAML file of faults to play, re-read when it changes or appears; <see langword="null"/>: none.</summary>
    public string? SimulatedFaults { get; init; }

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}
