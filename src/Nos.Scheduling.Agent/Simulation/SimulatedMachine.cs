using System.Security.Cryptography;
using System.Text;
using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>The GPUs of one node that exists only as an API object, and kubelet's book of who has which slice. Refuses what reality refuses.</summary>
/// <remarks>All members may be called at any time from any thread: pods come while slices are cut, as on a real node.</remarks>
/// <param name="node">The node's name.</param>
/// <param name="files">Where slices survive the process; <see langword="null"/>: nowhere.</param>
internal sealed class SimulatedMachine(string node, StateFiles? files)
{
    private readonly Lock gate = new();
    private GpuModel? model;
    private int count;
    private List<SimulatedSlice> slices = [];
    private IReadOnlyDictionary<SlicePlace, SliceUse> uses = new Dictionary<SlicePlace, SliceUse>();
    private IReadOnlyDictionary<string, SliceResource>? aliases;
    private GpuNodeStatus? before;
    private bool isRestored;

    /// <summary>Who uses which slice.</summary>
    public IReadOnlyDictionary<SlicePlace, SliceUse> Uses
    {
        get
        {
            lock (gate)
            {
                return uses;
            }
        }
    }

    /// <summary>Puts GPUs in. Those that were there before and are no longer take their slices along; the others keep theirs.</summary>
    public void Equip(GpuModel gpus, int number)
    {
        lock (gate)
        {
            if (model is null)
            {
                (model, count) = (gpus, number);
                RestoreNeedsLock();
                return;
            }

            if (model != gpus || count != number)
            {
                slices = [.. slices.Where(slice => model == gpus && slice.Place.Gpu < number)];
                (model, count) = (gpus, number);
                uses = uses.Where(use => Has(use.Key)).ToDictionary();
            }
        }
    }

    /// <summary>
    /// Takes over what was reported before this process began: the slices, unless a file knows better, and who used them.
    /// Only the first report counts; those after it are our own.
    /// </summary>
    public void Restore(GpuNodeStatus? reported)
    {
        lock (gate)
        {
            if (!isRestored)
            {
                isRestored = true;
                before = reported;
                RestoreNeedsLock();
            }
        }
    }

    /// <summary>What NVML would show.</summary>
    public MachineReading Read()
    {
        lock (gate)
        {
            return model is null ? MachineReading.Nothing : new MachineReading("simulated", [.. Enumerable.Range(0, count).Select(Gpu)]);
        }
    }

    /// <summary>Makes a slice.</summary>
    /// <exception cref="GpuDriverException">No GPU would.</exception>
    public void Create(SlicePlace place)
    {
        lock (gate)
        {
            if (model is null || place.Gpu < 0 || place.Gpu >= count)
            {
                throw new GpuDriverException($"There is no GPU {place.Gpu}.");
            }

            if (place.Shape.Profile is { } profile && !(place.Shape.Start is >= 0 and < SliceMask.Capacity && profile.Starts.Contains(place.Shape.Start)))
            {
                throw new GpuDriverException($"{profile} cannot start at {place.Shape.Start}.");
            }

            var present = slices.Where(slice => slice.Place.Gpu == place.Gpu).Select(slice => slice.Place.Shape).ToList();
            if (Coexistence.Obstacle(model, place.Gpu, present, place.Shape) is { } obstacle)
            {
                throw new GpuDriverException(obstacle);
            }

            Keep([.. slices, new SimulatedSlice(place, Guid.NewGuid())]);
        }
    }

    /// <summary>Destroys a slice; one that is not there is no error.</summary>
    /// <exception cref="GpuDriverException">A pod has it.</exception>
    public void Destroy(SlicePlace place)
    {
        lock (gate)
        {
            if (uses.TryGetValue(place, out var use))
            {
                throw new GpuDriverException($"{place.Id} is in use by {use.Pod}.");
            }

            if (Has(place))
            {
                Keep([.. slices.Where(slice => slice.Place != place)]);
            }
        }
    }

    /// <summary>Says under which names slices are advertised where these are not their own.</summary>
    /// <param name="byId">Slice id to resource; <see langword="null"/>: all go by their own names.</param>
    public void Advertise(IReadOnlyDictionary<string, SliceResource>? byId)
    {
        lock (gate)
        {
            aliases = byId;
        }
    }

    /// <summary>The slices as kubelet knows them, by GPU, then start.</summary>
    public IReadOnlyList<AdvertisedSlice> Advertised()
    {
        lock (gate)
        {
            return AdvertisedNeedsLock();
        }
    }

    /// <summary>Gives slices to pods that came and takes them back from those that went.</summary>
    /// <returns>Whether anybody has another slice than before.</returns>
    public bool Admit(IReadOnlyCollection<BoundPod> pods, bool swaps)
    {
        lock (gate)
        {
            var earlier = uses;
            uses = DeviceAllocation.Decide(AdvertisedNeedsLock(), earlier, pods, swaps);
            return earlier.Count != uses.Count || uses.Any(use => earlier.GetValueOrDefault(use.Key) != use.Value);
        }
    }

    /// <summary>Needs the GPUs, to read what was kept against them; waits for them where they are not known yet.</summary>
    private void RestoreNeedsLock()
    {
        if (model is null)
        {
            return;
        }

        var kept = files?.Read(node);
        var reported = before is null ? [] : StoredSlices.Read(before, model, count);
        before = null;
        if (kept is not null || reported.Count > 0)
        {
            slices = [.. kept is null ? reported.Select(slice => slice.Slice) : StoredSlices.Read(kept, model, count).Select(slice => slice.Slice)];
        }

        uses = reported
            .Where(slice => slice.Use is not null && slices.Exists(own => own.Place == slice.Slice.Place && own.Uuid == slice.Slice.Uuid))
            .ToDictionary(slice => slice.Slice.Place, slice => slice.Use!);
    }

    private AdvertisedSlice[] AdvertisedNeedsLock() =>
    [
        .. slices
            .Select(slice => new AdvertisedSlice(slice.Place, ResourceOf(slice.Place)))
            .OrderBy(slice => slice.Place.Gpu)
            .ThenBy(slice => slice.Place.Shape.Start),
    ];

    private SliceResource ResourceOf(SlicePlace place) =>
        aliases is not null && aliases.TryGetValue(place.Id, out var alias) ? alias : SpecEntry.Plain(place.Shape);

    private GpuReading Gpu(int index) => new(
        index,
        UuidOf(index),
        model!,
        [
            .. slices.Where(slice => slice.Place.Gpu == index)
                .OrderBy(slice => slice.Place.Shape.Start)
                .ThenBy(slice => slice.Place.Shape.MemoryGB)
                .Select(slice => new LiveSlice(slice.Place.Shape, slice.Uuid)),
        ]);

    /// <summary>A board keeps its UUID for life, so it follows from where and what it is.</summary>
    private string UuidOf(int index)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{node}/{index}/{model}"), hash);
        return $"GPU-{new Guid(hash[..16])}";
    }

    private bool Has(SlicePlace place) => slices.Exists(slice => slice.Place == place);

    /// <summary>A step counts as done once it would survive.</summary>
    private void Keep(List<SimulatedSlice> next)
    {
        try
        {
            files?.Write(node, StoredSlices.Write(next, model!));
        }
        catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
        {
            throw new GpuDriverException($"The state of the simulation cannot be kept: {unwritten.Message}");
        }

        slices = next;
    }
}
