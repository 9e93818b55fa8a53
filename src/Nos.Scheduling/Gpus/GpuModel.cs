namespace Nos.Scheduling.Gpus;

/// <summary>What all GPUs of one product on one driver have in common. Two equal products share one instance, so models compare by reference.</summary>
public sealed class GpuModel
{
    private readonly uint[] openProfiles;
    private readonly Lazy<GpuWorths> startingWorths;
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);

    /// <summary>Makes the model and the table that answers <see cref="OpenProfiles"/>.</summary>
    /// <param name="product">The product as in the label <c>nvidia.com/gpu.product</c>.</param>
    /// <param name="memoryMiB">Unit: MiB, all of the device's memory as NVML tells it.</param>
    /// <param name="usableGB">Unit: GB (GiB) that MPS shares may add up to; see <see cref="MpsLimits.UsableGB"/>.</param>
    /// <param name="profiles">At most 32; empty where the GPU knows no MIG.</param>
    /// <param name="aliases">Other names of the same shapes, by driver: <c>7g.79gb</c> is <c>7g.80gb</c>. Key: alias; value: a profile's name.</param>
    /// <exception cref="ArgumentException">More than 32 profiles, two of one name, or one that reaches past the mask.</exception>
    public GpuModel(
        string product, int memoryMiB, int usableGB, IReadOnlyList<MigProfile> profiles, IReadOnlyDictionary<string, string>? aliases = null)
    {
        if (profiles.Count > 32)
        {
            throw new ArgumentException($"{product} names {profiles.Count} profiles; 32 is the most.", nameof(profiles));
        }

        (Product, MemoryMiB, UsableGB, Profiles) = (product, memoryMiB, usableGB, profiles);
        for (var index = 0; index < profiles.Count; index++)
        {
            if (!indexes.TryAdd(profiles[index].Name, index))
            {
                throw new ArgumentException($"{product} names profile {profiles[index].Name} twice.", nameof(profiles));
            }
        }

        foreach (var (alias, name) in aliases ?? new Dictionary<string, string>())
        {
            if (indexes.TryGetValue(name, out var index))
            {
                indexes.TryAdd(alias, index);
            }
        }

        MemorySlices = profiles.SelectMany(profile => profile.Placements).Select(place => place.Start + place.Profile.MemorySlices).DefaultIfEmpty().Max();
        ComputeSlices = profiles.Select(profile => profile.ComputeSlices).DefaultIfEmpty().Max();
        var masks = Enumerable.Range(0, 1 << MemorySlices).Select(bits => new SliceMask((ushort)bits)).ToArray();
        openProfiles = Array.ConvertAll(masks, OpenIn);
        Lattice = new GpuLattice(profiles, MemorySlices, indexes);
        startingWorths = new Lazy<GpuWorths>(() => new GpuWorths(Lattice, GpuWorths.StartingPrices(Lattice)));
    }

    /// <summary>The product as in the label <c>nvidia.com/gpu.product</c>.</summary>
    public string Product { get; }

    /// <summary>Unit: MiB, all of the device's memory.</summary>
    public int MemoryMiB { get; }

    /// <summary>Unit: GB that MPS shares may add up to.</summary>
    public int UsableGB { get; }

    /// <summary>Unit: memory slices; 0 where the GPU knows no MIG.</summary>
    public int MemorySlices { get; }

    /// <summary>Unit: compute slices of the largest profile; 0 where the GPU knows no MIG.</summary>
    public int ComputeSlices { get; }

    /// <summary>The profiles, in NVML's order. A profile's place in the list is its bit in <see cref="OpenProfiles"/>.</summary>
    public IReadOnlyList<MigProfile> Profiles { get; }

    /// <summary>Every name a profile goes by here: its own and its aliases.</summary>
    public IEnumerable<string> Names => indexes.Keys;

    /// <summary>The profile of that name or alias, or <see langword="null"/>.</summary>
    public MigProfile? Find(string name) => indexes.TryGetValue(name, out var index) ? Profiles[index] : null;

    /// <summary>The bit of that profile in <see cref="OpenProfiles"/>, or 0 where the model has none of that name.</summary>
    public uint BitOf(string name) => indexes.TryGetValue(name, out var index) ? 1u << index : 0;

    /// <summary>The place of that profile in <see cref="Profiles"/>, or -1.</summary>
    public int IndexOf(string name) => indexes.TryGetValue(name, out var index) ? index : -1;

    /// <summary>The number of a place, counting through the starts of every profile; -1 where the profile is none of the model's own.</summary>
    public int PlaceOf(MigProfile profile, int start)
    {
        var before = 0;
        for (var index = 0; index < Profiles.Count; index++)
        {
            var known = Profiles[index];
            if (ReferenceEquals(known, profile))
            {
                return before + new SliceMask((ushort)(known.Starts.Bits & ((1 << start) - 1))).Count;
            }

            before += known.Starts.Count;
        }

        return -1;
    }

    /// <summary>Which profiles have a start left where <paramref name="occupied"/> is taken: bit <c>i</c> is profile <c>i</c>. One look-up.</summary>
    public uint OpenProfiles(SliceMask occupied) => openProfiles[occupied.Bits & (openProfiles.Length - 1)];

    /// <summary>Every way to fill such a GPU.</summary>
    public GpuLattice Lattice { get; }

    /// <summary>What its free room is worth before any prices are learned.</summary>
    public GpuWorths StartingWorths => startingWorths.Value;

    /// <inheritdoc/>
    public override string ToString() => Product;

    private uint OpenIn(SliceMask occupied)
    {
        var open = 0u;
        for (var index = 0; index < Profiles.Count; index++)
        {
            if (Profiles[index].Placements.Any(place => !place.Slices.Overlaps(occupied)))
            {
                open |= 1u << index;
            }
        }

        return open;
    }
}
