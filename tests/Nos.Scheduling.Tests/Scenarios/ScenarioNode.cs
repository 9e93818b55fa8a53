using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>A node of a scenario in few words, and the documents that a cluster would have of it.</summary>
internal sealed record ScenarioNode
{
    public required string Name { get; init; }

    /// <summary>The partitioning label; <see langword="null"/>: the node has none.</summary>
    public string? Mode { get; init; }

    public string Product { get; init; } = "NVIDIA-A30";

    /// <summary>Unit: GB that the agent reports as usable; <see langword="null"/>: the catalogue's.</summary>
    public int? UsableGB { get; init; }

    /// <summary>By GPU its slices, <c>1g.6gb@0</c> used, <c>-1g.6gb@0</c> free, <c>10gb@1</c> for MPS.</summary>
    public string[][] Gpus { get; init; } = [];

    /// <summary>The index of the first GPU.</summary>
    public int FirstIndex { get; init; }

    /// <summary>More labels; <see langword="null"/> takes one away that it would have.</summary>
    public Dictionary<string, string?> Labels { get; init; } = [];

    public bool IsCordoned { get; init; }

    /// <summary>Whether its agent has not reported yet.</summary>
    public bool IsSilent { get; init; }

    internal NodeDocument Document => new()
    {
        Metadata = new ObjectMeta { Name = Name, Uid = $"uid-{Name}", Labels = AllLabels },
        Spec = new NodeSpec { Unschedulable = IsCordoned ? true : null },
        Status = new NodeStatus { Allocatable = new() { ["cpu"] = new("8"), ["memory"] = new("64Gi"), ["pods"] = new("110") } },
    };

    internal GpuNodeDocument GpuNode => new()
    {
        Metadata = new ObjectMeta { Name = Name, Uid = $"gpunode-{Name}", Generation = 1, ResourceVersion = "1" },
        Spec = new GpuNodeSpec { Mode = Mode?.ToUpperInvariant() ?? "MIG", Gpus = [.. Gpus.Select((slices, index) => new GpuSpec { Index = FirstIndex + index, Slices = [.. slices.Select(slice => Spec(FirstIndex + index, slice))] })] },
        Status = new GpuNodeStatus
        {
            ObservedGeneration = 1,
            Products = GpuCatalog.Find(Product) is { } model ? [Reported(model)] : [],
            Gpus = [.. Gpus.Select((slices, index) => new GpuStatus { Index = FirstIndex + index, Product = Product, Slices = [.. slices.Select(slice => Status(FirstIndex + index, slice))] })],
            Conditions = [new Condition { Type = "Ready", Status = "True" }],
        },
    };

    private Dictionary<string, string> AllLabels => new Dictionary<string, string?>
    {
        ["nos.nebuly.com/gpu-partitioning"] = Mode,
        ["nvidia.com/gpu.product"] = Product,
        ["nvidia.com/gpu.count"] = $"{Gpus.Length}",
        ["nvidia.com/gpu.memory"] = $"{GpuCatalog.Find(Product)?.MemoryMiB ?? 40960}",
    }
        .Where(label => !Labels.ContainsKey(label.Key)).Concat(Labels)
        .Where(label => label.Value is not null).ToDictionary(label => label.Key, label => label.Value!);

    private ProductStatus Reported(GpuModel model) => new()
    {
        Product = Product, MemoryMiB = model.MemoryMiB, UsableGB = UsableGB ?? model.UsableGB,
        Profiles = [.. model.Profiles.Select(profile => new ProfileStatus
        {
            Name = profile.Name, ComputeSlices = profile.ComputeSlices, MemorySlices = profile.MemorySlices, MemoryMiB = profile.MemoryMiB,
            Starts = [.. profile.Placements.Select(place => place.Start)], MaxInstances = profile.MaxInstances,
        })],
    };

    private static SliceSpec Spec(int gpu, string text)
    {
        var (shape, place) = Read(text);
        var mig = shape.Contains('.');
        return new SliceSpec
        {
            Id = $"{gpu}-{shape}-{place}", Profile = mig ? shape : null, Start = mig ? place : null, MemoryGB = mig ? null : int.Parse(shape[..^2]),
            Resource = mig ? $"nvidia.com/mig-{shape}" : $"nvidia.com/gpu-{shape}",
        };
    }

    private static SliceStatus Status(int gpu, string text)
    {
        var spec = Spec(gpu, text);
        return new SliceStatus { Id = spec.Id, Profile = spec.Profile, Start = spec.Start, MemoryGB = spec.MemoryGB, Advertised = true, State = text[0] == '-' ? "Free" : "Used" };
    }

    private static (string Shape, int Place) Read(string text) => (text.TrimStart('-').Split('@')[0], int.Parse(text.Split('@')[1]));
}
