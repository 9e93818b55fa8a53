using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>Fills the embedded cluster with running pods before it opens its port, each placed by the production decision.</summary>
internal static class EmbeddedPopulation
{
    private static readonly string[] Profiles = ["1g", "2g", "1g", "3g"];
    private static readonly int[] Shares = [5, 10, 4, 2];

    /// <summary>Spreads the pods over the nodes and seeds them, and the GpuNodes that their slices are on.</summary>
    /// <returns>How many found a place.</returns>
    internal static int Seed(InMemoryApiServer server, IReadOnlyList<EmbeddedNodes> groups, int pods, DateTimeOffset now)
    {
        var names = new Dictionary<PartitioningMode, int>();
        var nodes = groups.SelectMany(group => Enumerable.Repeat(group, group.Count)).Select(group =>
        {
            var number = names[group.Mode] = names.GetValueOrDefault(group.Mode, -1) + 1;
            return (Group: group, Name: $"{(group.Mode == PartitioningMode.Mig ? "mig" : "mps")}-{number}");
        }).ToList();
        var seeded = 0;
        for (var index = 0; index < nodes.Count; index++)
        {
            // An even share for each node, the remainder to the first ones.
            var share = pods / nodes.Count + (index < pods % nodes.Count ? 1 : 0);
            seeded += SeedNode(server, nodes[index].Name, nodes[index].Group, share, seeded, now);
        }

        return seeded;
    }

    private static int SeedNode(InMemoryApiServer server, string name, EmbeddedNodes group, int pods, int first, DateTimeOffset now)
    {
        var node = new Node(
            name, group.Mode, Misfit.None, [.. Enumerable.Range(0, group.Gpus).Select(index => new Gpu(index, group.Model, []))], new NodeRoom(64_000, 1L << 39, 250));
        var placed = 0;
        for (var attempt = 0; attempt < pods; attempt++)
        {
            var resource = Wanted(group, attempt);
            var demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, resource, 1, new MpsDemand(0, group.Mode == PartitioningMode.Mps ? 1000 : null))]);
            if (NodePlacer.Place(node, demand, PlacementPolicy.Fragmentation) is not { } placement)
            {
                continue;
            }

            var uid = string.Create(CultureInfo.InvariantCulture, $"seeded-{first + placed:x8}");
            var pod = Pod(name, uid, resource, placement.Promise(demand), group.Mode);
            server.Seed("api/v1/namespaces/team-a/pods", Encoding.UTF8.GetBytes(pod.ToJsonString()));
            foreach (var slice in placement.Slices)
            {
                node = node.With(node.FindGpu(slice.Gpu)!.With(new Slice(slice.Shape, slice.Resource, SliceHold.Used, uid, slice.Mps), slice.Destroyed));
            }

            placed++;
        }

        server.Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", JsonSerializer.SerializeToUtf8Bytes(GpuNode(node, group, now), KubeJson.Default.GpuNodeDocument));
        return placed;
    }

    private static SliceResource Wanted(EmbeddedNodes group, int attempt)
    {
        if (group.Mode == PartitioningMode.Mps)
        {
            return SliceResource.Mps(Math.Min(Shares[attempt % Shares.Length], group.Model.UsableGB));
        }

        var wanted = Profiles[attempt % Profiles.Length];
        var profile = group.Model.Profiles.FirstOrDefault(profile => profile.Name.StartsWith(wanted, StringComparison.Ordinal)) ?? group.Model.Profiles[0];
        return SliceResource.Mig(profile.Name);
    }

    private static JsonObject Pod(string node, string uid, SliceResource resource, string promise, PartitioningMode mode)
    {
        var pod = EmbeddedObjects.Pod("team-a", uid, resource.Name, 1, node);
        pod["metadata"]!["uid"] = uid;
        pod["metadata"]!["annotations"] = new JsonObject { ["nos.nebuly.com/slices"] = promise };
        pod["status"] = new JsonObject { ["phase"] = "Running" };
        if (mode == PartitioningMode.Mps)
        {
            pod["spec"]!["securityContext"] = new JsonObject { ["runAsUser"] = 1000 };
        }

        return pod;
    }

    private static GpuNodeDocument GpuNode(Node node, EmbeddedNodes group, DateTimeOffset now)
    {
        var spec = new GpuNodeSpec
        {
            Mode = node.Mode == PartitioningMode.Mig ? "MIG" : "MPS",
            Gpus = [.. node.Gpus.Select(gpu => new GpuSpec { Index = gpu.Index, Slices = [.. gpu.Slices.Select(slice => Spec(gpu.Index, slice))] })],
        };
        return new GpuNodeDocument
        {
            ApiVersion = "nos.nebuly.com/v1alpha1",
            Kind = "GpuNode",
            Metadata = new ObjectMeta { Name = node.Name },
            Spec = spec,
            Status = EmbeddedReport.Of(node, group.Model, spec, now),
        };
    }

    private static SliceSpec Spec(int gpu, Slice slice) => new()
    {
        Id = slice.Shape.IdOn(gpu),
        Profile = slice.Shape.Profile?.Name,
        Start = slice.Shape.Profile is null ? null : slice.Shape.Start,
        MemoryGB = slice.Shape.Profile is null ? slice.Shape.MemoryGB : null,
        Resource = slice.Resource.Name,
    };
}
