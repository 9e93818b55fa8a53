namespace Nos.Scheduling.Gpus;

/// <summary>A shape a MIG-capable GPU can be cut into, such as <c>3g.20gb</c>.</summary>
/// <param name="Name">The name <c>nvidia-smi mig -lgip</c> prints, without the <c>MIG</c> prefix. Unique within one <see cref="GpuModel"/>.</param>
/// <param name="ComputeSlices">Unit: compute slices, the <c>g</c> of the name. An A100 has seven.</param>
/// <param name="MemorySlices">
/// Unit: memory slices. Not always the <c>g</c> of the name: <c>3g.20gb</c> takes four and <c>7g.40gb</c> takes eight.
/// </param>
/// <param name="MemoryMiB">
/// Unit: MiB (2^20 bytes) of device memory. NVML calls the field <c>memorySizeMB</c>, but nvml.h defines it in MiB.
/// </param>
/// <param name="Starts">The memory slices an instance may begin at.</param>
/// <param name="MaxInstances">The most instances of this profile on one GPU; 1 or more.</param>
/// <remarks>
/// Source: NVML, <c>nvmlDeviceGetGpuInstanceProfileInfo</c> for the sizes and
/// <c>nvmlDeviceGetGpuInstancePossiblePlacements</c> for the starts.
/// </remarks>
public sealed record MigProfile(string Name, int ComputeSlices, int MemorySlices, int MemoryMiB, SliceMask Starts, int MaxInstances)
{
    /// <summary>The name taken apart. A name that is none of NVIDIA's counts as its compute slices with 0 GB.</summary>
    public ProfileName Parts { get; } = ProfileName.TryParse(Name, out var parts) ? parts : new ProfileName(ComputeSlices, 0, MediaEngines.Usual);

    /// <summary>Every place an instance of this profile may take, lowest start first.</summary>
    public IEnumerable<MigPlacement> Placements
    {
        get
        {
            for (var start = 0; start < SliceMask.Capacity; start++)
            {
                if (Starts.Contains(start))
                {
                    yield return new MigPlacement(this, start);
                }
            }
        }
    }

    /// <summary>Whether an instance of this profile may stand beside one of <paramref name="other"/>, places and limits aside.</summary>
    public bool ToleratesBeside(MigProfile other) => Parts.Engines.Tolerate(other.Parts.Engines);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
