namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What is held of one GPU while a search tries ways.</summary>
internal sealed class GpuRoom(int index, ProductSeen product)
{
    private readonly List<(SliceSeen Slice, PodSeen.Asked? Client)> _held = [];

    public int Index => index;

    /// <summary>Equal for GPUs that can take the same.</summary>
    public string State => $"{product.Product}: {string.Join(", ", _held.Select(one => $"{one.Slice.Profile}@{one.Slice.Start} {one.Slice.MemoryGB} {one.Client?.Percent} {one.Client?.RunAs}").Order(StringComparer.Ordinal))}";

    public void Take(SliceSeen slice, PodSeen.Asked? client) => _held.Add((slice, client));

    public void Give(SliceSeen slice) => _held.RemoveAll(one => one.Slice == slice);

    /// <summary>Every slice that could be made for a container beside what is held.</summary>
    public IEnumerable<SliceSeen> Ways(string mode, PodSeen.Asked asked)
    {
        var isMig = mode.Equals("MIG", StringComparison.OrdinalIgnoreCase);
        var shape = asked.Resource["nvidia.com/".Length..];
        return isMig && shape.StartsWith("mig-", StringComparison.Ordinal) ? Instances(shape["mig-".Length..])
            : !isMig && shape.StartsWith("gpu-", StringComparison.Ordinal) ? Shares(int.Parse(shape["gpu-".Length..^"gb".Length]), asked)
            : [];
    }

    private IEnumerable<SliceSeen> Instances(string name) =>
        from profile in product.Profiles
        where profile.Name.Replace('+', '.') == name
        from start in profile.Starts
        let instance = new SliceSeen(index, $"{index}-{name}-{start}", profile.Name, start, null)
        where !GpuBudget.Judge("", product, [.. _held.Select(one => one.Slice), instance]).Any()
        select instance;

    private IEnumerable<SliceSeen> Shares(int gigabytes, PodSeen.Asked asked)
    {
        var share = new SliceSeen(index, $"{index}-{gigabytes}gb-new{_held.Count}", null, null, gigabytes);
        var fits = !GpuBudget.Judge("", product, [.. _held.Select(one => one.Slice), share]).Any()
            && _held.Sum(one => one.Client?.Percent ?? 0) + asked.Percent <= 100
            && _held.TrueForAll(one => one.Client?.RunAs == asked.RunAs);
        return fits ? [share] : [];
    }
}
