using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Cluster.State;

/// <summary>Documents of a small cluster, as sentences.</summary>
internal static class Facts
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    internal static NodeDocument Node(string name = "n1", string mode = "mig", string product = "NVIDIA-A100-SXM4-80GB", string count = "2") => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Uid = $"uid-{name}",
            Labels = new() { ["nos.nebuly.com/gpu-partitioning"] = mode, ["nvidia.com/gpu.product"] = product, ["nvidia.com/gpu.count"] = count, ["nvidia.com/gpu.memory"] = "81920" },
        },
        Status = new NodeStatus { Allocatable = new() { ["cpu"] = new("8"), ["memory"] = new("64Gi"), ["pods"] = new("110") } },
    };

    /// <summary>A GpuNode of A100s. Slices are <c>gpu/profile@start</c>, with <c>=Used:pod</c> or <c>=Free</c> in the status.</summary>
    internal static GpuNodeDocument GpuNode(string[]? spec, string[] status, string name = "n1", int gpus = 2, long generation = 1, string mode = "MIG") => new()
    {
        Metadata = new ObjectMeta { Name = name, Uid = $"gpunode-{name}", Generation = generation, ResourceVersion = "1" },
        Spec = new GpuNodeSpec
        {
            Mode = mode,
            Gpus = spec is null ? null : [.. Enumerable.Range(0, gpus).Select(index => new GpuSpec { Index = index, Slices = [.. spec.Where(text => On(text, index)).Select(Spec)] })],
        },
        Status = new GpuNodeStatus
        {
            ObservedGeneration = generation,
            Products = [Product(mode == "MIG" ? Draw.A100 : Draw.A10)],
            Gpus = [.. Enumerable.Range(0, gpus).Select(index => new GpuStatus
            {
                Index = index, Product = (mode == "MIG" ? Draw.A100 : Draw.A10).Product, Slices = [.. status.Where(text => On(text, index)).Select(Status)],
            })],
            Conditions = [new Condition { Type = "Ready", Status = "True" }],
        },
    };

    internal static SliceSpec Spec(string text)
    {
        var (gpu, shape, start) = Split(text.Split('!')[0]);
        var mig = shape.Contains('.');
        return new SliceSpec
        {
            Id = $"{gpu}-{shape}-{start}",
            Profile = mig ? shape : null,
            Start = mig ? start : null,
            MemoryGB = mig ? null : int.Parse(shape.Replace("gb", "")),
            Resource = mig ? $"nvidia.com/mig-{shape}" : $"nvidia.com/gpu-{shape}",
            For = text.Split('!') is [_, var owner] ? new SliceOwner { Uid = owner, Until = Now.AddMinutes(2) } : null,
        };
    }

    internal static SliceStatus Status(string text)
    {
        var spec = Spec(text.Split('=')[0]);
        var state = text.Split('=') is [_, var given] ? given : "Free";
        var pod = state.Split(':') is [_, var name] ? name : null;
        return new SliceStatus
        {
            Id = spec.Id, Profile = spec.Profile, Start = spec.Start, MemoryGB = spec.MemoryGB, State = state.Split(':')[0], Advertised = true,
            Pod = pod is null ? null : $"team/{pod}/main", PodUid = pod is null ? null : $"uid-{pod}",
        };
    }

    internal static PodDocument Pod(string name, string? node = null, string? promise = null, string phase = "Pending", params (string Resource, int Count)[] asks) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name, Namespace = "team", Uid = $"uid-{name}", ResourceVersion = "5",
            Annotations = promise is null ? null : new() { ["nos.nebuly.com/slices"] = promise },
        },
        Spec = new PodSpec
        {
            NodeName = node,
            Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = asks.ToDictionary(ask => ask.Resource, ask => Quantity.Of(ask.Count)) } }],
        },
        Status = new PodStatus { Phase = phase },
    };

    internal static LeaseDocument Lease(string node, string renewTime = "1") =>
        new() { Metadata = new ObjectMeta { Name = node }, Spec = new LeaseSpec { HolderIdentity = node, LeaseDurationSeconds = 90, RenewTime = renewTime } };

    /// <summary>The GPU as <c>u</c>sed, <c>r</c>eserved, <c>c</c>overed, <c>f</c>ree and nobody's memory slices.</summary>
    internal static string Drawn(Gpu gpu)
    {
        var drawing = new string('.', gpu.Model.MemorySlices).ToCharArray();
        foreach (var slice in gpu.Slices)
        {
            for (var place = 0; place < drawing.Length; place++)
            {
                drawing[place] = slice.Shape.Mask.Contains(place) ? char.ToLowerInvariant(slice.Hold.ToString()[0]) : drawing[place];
            }
        }

        return new string(drawing);
    }

    private static bool On(string text, int gpu) => text.StartsWith($"{gpu}/", StringComparison.Ordinal);

    private static (int Gpu, string Shape, int Start) Split(string text)
    {
        var parts = text.Split('/', '@');
        return (int.Parse(parts[0]), parts[1], int.Parse(parts[2]));
    }

    private static ProductStatus Product(GpuModel model) => new()
    {
        Product = model.Product, MemoryMiB = model.MemoryMiB, UsableGB = model.UsableGB,
        Profiles = [.. model.Profiles.Select(profile => new ProfileStatus
        {
            Name = profile.Name, ComputeSlices = profile.ComputeSlices, MemorySlices = profile.MemorySlices, MemoryMiB = profile.MemoryMiB,
            Starts = [.. profile.Placements.Select(place => place.Start)], MaxInstances = profile.MaxInstances,
        })],
    };
}
