using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Agent.Options;

/// <summary>The agent's flags, one declaration each.</summary>
internal static class AgentFlags
{
    /// <summary>All flags, in the order of help.</summary>
    internal static FlagSet<AgentOptions> Set { get; } = new(
        "nos-scheduling-agent",
        ProgramVersion.Of(typeof(AgentFlags).Assembly),
        "Cuts a node's GPUs into the slices that its GpuNode asks for, offers them to kubelet and reports what exists.",
        new AgentOptions(),
        [
            Flag("node-name", "the node that this agent serves", FlagKinds.Name, o => o.NodeName, (o, v) => o with { NodeName = v },
                "$NODE_NAME; not needed with --simulate-nodes", "NODE_NAME"),
            Flag("kubeconfig", "how to reach the cluster", FlagKinds.File, o => o.Kubeconfig, (o, v) => o with { Kubeconfig = v },
                "$KUBECONFIG, else the pod's service account"),
            Flag("namespace", "where the nodes' Leases are", FlagKinds.Namespace, o => o.Namespace, (o, v) => o with { Namespace = v }),
            Flag("listen", "port of metrics and health", FlagKinds.Address(https: false), o => o.Listen, (o, v) => o with { Listen = v }),
            Flag("driver", "what to drive: the node's GPUs, or GPUs of this process", FlagKinds.OneOf<AgentDriver?>(
                ("nvml", AgentDriver.Nvml), ("simulated", AgentDriver.Simulated)), o => o.Driver, (o, v) => o with { DriverAsked = v }),
            Flag("kubelet-dir", "kubelet's directory", FlagKinds.Directory, o => o.KubeletDir, (o, v) => o with { KubeletDir = v }),
            Flag("no-kubelet", "slices count as advertised at once, used are those of bound pods", FlagKinds.Switch,
                o => o.NoKubelet, (o, v) => o with { NoKubeletAsked = v }),
            Flag("device-list", "how a container is told its slice", FlagKinds.OneOf(
                ("auto", DeviceList.Auto), ("cdi", DeviceList.Cdi), ("env", DeviceList.Env)), o => o.DeviceList, (o, v) => o with { DeviceList = v }),
            Flag("enable-mig", "switch MIG mode on where nothing holds the GPU", FlagKinds.Switch,
                o => o.EnableMig, (o, v) => o with { EnableMig = v }),
            Flag("report-interval", "how often to renew the Lease and look for drift; the Lease lasts three times as long",
                FlagKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)), o => o.ReportInterval, (o, v) => o with { ReportInterval = v }),
            Flag("mps-root", "directory of the MPS daemons' pipes and logs", FlagKinds.Directory, o => o.MpsRoot, (o, v) => o with { MpsRoot = v }),
            Flag("simulate-nodes", "play the agents of every node with this label; implies --driver simulated --no-kubelet", FlagKinds.Label,
                o => o.SimulateNodes, (o, v) => o with { SimulateNodes = v }),
            Flag("simulated-gpus", "GPUs of a simulated node whose labels do not say", SimulatedGpus.Kind,
                o => o.SimulatedGpus, (o, v) => o with { SimulatedGpus = v }),
            Flag("simulate-allocatable", "write slices into the nodes' allocatable; for tests", FlagKinds.Switch,
                o => o.SimulateAllocatable, (o, v) => o with { SimulateAllocatable = v }),
            Flag("simulated-latency", "how long a simulated GPU takes for a slice, such as 700ms",
                FlagKinds.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10)),
                o => o.SimulatedLatency, (o, v) => o with { SimulatedLatency = v }),
            Flag("simulated-state", "where simulated GPUs keep their slices", FlagKinds.Directory,
                o => o.SimulatedState, (o, v) => o with { SimulatedState = v }, "none: rebuilt from GpuNode.status"),
            Flag("simulated-faults", "YAML file of faults to play, re-read when changed; none while it is missing", FlagKinds.File,
                o => o.SimulatedFaults, (o, v) => o with { SimulatedFaults = v }),
            Flag("log-level", "least level that is logged", FlagKinds.LogLevel, o => o.LogLevel, (o, v) => o with { LogLevel = v }),
        ])
    {
        Verbs =
        [
            new("mps", "keep one MPS control daemon per shared GPU alive", o => o with { Verb = AgentVerb.Mps }),
            new("probe", "print what NVML sees as JSON, change nothing", o => o with { Verb = AgentVerb.Probe }),
        ],
    };

    private static TypedFlag<AgentOptions, T> Flag<T>(
        string name,
        string description,
        FlagKind<T> kind,
        Func<AgentOptions, T?> get,
        Func<AgentOptions, T, AgentOptions> set,
        string? defaultText = null,
        string? lastVariable = null) => new(name, description, kind, get, set) { DefaultText = defaultText, LastVariable = lastVariable };
}
