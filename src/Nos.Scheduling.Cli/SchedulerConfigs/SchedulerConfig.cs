using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Cli.SchedulerConfigs;

/// <summary>What a stock kube-scheduler needs to be told so that it calls us.</summary>
/// <param name="Mode">Whose scheduler it is.</param>
/// <param name="ApiVersion"><c>v1</c> (Kubernetes 1.25 and later) or <c>v1beta1</c> (1.19 to 1.22).</param>
/// <param name="Url">Where the extender listens. Without a path the extender's own, <c>/scheduler</c>, is taken.</param>
/// <param name="BindWait">The server's <c>--bind-wait</c>.</param>
/// <param name="Weight">What one point of ours counts for, in tens of in-tree points; 1 or more.</param>
internal sealed record SchedulerConfig(SchedulerMode Mode, string ApiVersion, Uri Url, TimeSpan BindWait, int Weight)
{
    /// <summary>The weight at which one point of ours, 1,300, outweighs all default in-tree scores together, 1,200.</summary>
    internal const int DefaultWeight = 130;

    // One httpTimeout covers all verbs: a bind that waited to its end must still have time to say so.
    private static readonly TimeSpan Reply = TimeSpan.FromSeconds(5);

    /// <summary>PEM file, on the scheduler's machine, of the CA that signed the extender's certificate; <see langword="null"/>: not checked.</summary>
    internal string? CaFile { get; init; }

    /// <summary>PEM file of the scheduler's client certificate; <see langword="null"/> for none.</summary>
    internal string? CertFile { get; init; }

    /// <summary>PEM file of that certificate's key.</summary>
    internal string? KeyFile { get; init; }

    /// <summary>Path of the scheduler's kubeconfig; empty inside a pod, which has a service account.</summary>
    internal string ClientKubeconfig { get; init; } = "";

    /// <summary>Own mode: the name that pods choose it by.</summary>
    internal string SchedulerName { get; init; } = "nos-scheduler";

    /// <summary>Own mode: <c>namespace/name</c> of the Lease that replicas elect their leader by; <see langword="null"/>: a single replica, no election.</summary>
    internal string? Lease { get; init; }

    private string GroupVersion => $"kubescheduler.config.k8s.io/{ApiVersion}";

    /// <summary>The KubeSchedulerConfiguration.</summary>
    internal JsonObject ToDocument()
    {
        var document = new JsonObject { ["apiVersion"] = GroupVersion, ["kind"] = "KubeSchedulerConfiguration" };
        if (ClientKubeconfig.Length > 0)
        {
            document["clientConnection"] = new JsonObject { ["kubeconfig"] = ClientKubeconfig };
        }

        if (Mode == SchedulerMode.Own)
        {
            document["leaderElection"] = LeaderElection();
            // The adaptive default stops at a tenth of a large cluster's nodes, and none of those may have room for the slice.
            document["percentageOfNodesToScore"] = 100;
            document["profiles"] = new JsonArray(Profile());
        }

        document["extenders"] = new JsonArray(Extender());
        return document;
    }

    // kube-scheduler's default is to elect by kube-system/kube-scheduler: a second scheduler would stand by for ever behind the cluster's own.
    private JsonObject LeaderElection() => Lease?.Split('/') is [var ns, var name]
        ? new() { ["leaderElect"] = true, ["resourceLock"] = "leases", ["resourceNamespace"] = ns, ["resourceName"] = name }
        : new() { ["leaderElect"] = false };

    private JsonObject Profile() => new()
    {
        ["schedulerName"] = SchedulerName,
        ["pluginConfig"] = new JsonArray(new JsonObject
        {
            ["name"] = "NodeResourcesFit",
            ["args"] = new JsonObject
            {
                ["apiVersion"] = GroupVersion,
                ["kind"] = "NodeResourcesFitArgs",
                ["ignoredResources"] = new JsonArray([.. SliceResourceNames.All.Select(name => JsonValue.Create(name))]),
            },
        }),
    };

    private JsonObject Extender()
    {
        var extender = new JsonObject
        {
            ["urlPrefix"] = Url.AbsolutePath == "/" ? $"{Url.GetLeftPart(UriPartial.Authority)}/scheduler" : Url.AbsoluteUri.TrimEnd('/'),
            ["filterVerb"] = "filter",
            ["prioritizeVerb"] = "prioritize",
            ["preemptVerb"] = "preempt",
            ["bindVerb"] = "bind",
            ["weight"] = Weight,
            ["enableHTTPS"] = Url.Scheme == Uri.UriSchemeHttps,
            ["httpTimeout"] = GoDuration.Format(BindWait + Reply),
            ["nodeCacheCapable"] = true,
            ["ignorable"] = false,
        };
        if (TlsFiles() is { Count: > 0 } files)
        {
            extender["tlsConfig"] = files;
        }

        // Without managed resources every pod of the scheduler is sent to us, which own mode wants: all of them are judged by quota.
        if (Mode == SchedulerMode.Shared)
        {
            extender["managedResources"] = new JsonArray(
                [.. SliceResourceNames.All.Select(name => new JsonObject { ["name"] = name, ["ignoredByScheduler"] = true })]);
        }

        return extender;
    }

    private JsonObject TlsFiles()
    {
        (string Key, string? Path)[] files = [("caFile", CaFile), ("certFile", CertFile), ("keyFile", KeyFile)];
        return new JsonObject(files.Where(file => file.Path is not null).Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Path)));
    }
}
