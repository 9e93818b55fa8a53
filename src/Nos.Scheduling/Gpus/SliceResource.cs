using System.Globalization;

namespace Nos.Scheduling.Gpus;

/// <summary>A slice by the name a container asks for it: a MIG instance or an MPS share.</summary>
/// <param name="Profile">NVIDIA's name of the profile, <c>1g.10gb+me</c>, as asked: maybe an alias. <see langword="null"/> for an MPS share.</param>
/// <param name="MemoryGB">Unit: GB. Of a MIG profile the GB in its name, of a share its size (GB = GiB); 1 or more for a share.</param>
public readonly record struct SliceResource(string? Profile, int MemoryGB)
{
    private const string MigPrefix = "nvidia.com/mig-";
    private const string MpsPrefix = "nvidia.com/gpu-";

    /// <summary>Whether it is a MIG instance, not an MPS share.</summary>
    public bool IsMig => Profile is not null;

    /// <summary>The resource name: <c>nvidia.com/mig-1g.10gb.me</c> or <c>nvidia.com/gpu-10gb</c>.</summary>
    public string Name => Profile is null ? $"{MpsPrefix}{MemoryGB}gb" : MigPrefix + Written(Profile);

    /// <summary>The shape as slice ids and promises write it: <c>1g.10gb.me</c> or <c>10gb</c>.</summary>
    public string Shape => Profile is null ? $"{MemoryGB}gb" : Written(Profile);

    /// <summary>A MIG instance of that profile.</summary>
    /// <exception cref="ArgumentException"><paramref name="profile"/> is no profile's name.</exception>
    public static SliceResource Mig(string profile) => ProfileName.TryParse(profile, out var name)
        ? new SliceResource(name.ToString(), name.MemoryGB)
        : throw new ArgumentException($"'{profile}' is no MIG profile; write one like 1g.10gb.", nameof(profile));

    /// <summary>An MPS share of that many GB.</summary>
    public static SliceResource Mps(int memoryGB) => new(null, memoryGB);

    /// <summary>A profile's name as resource names, ids and promises write it: a <c>+</c> becomes a <c>.</c>.</summary>
    public static string Written(string profile) => profile.Replace('+', '.');

    /// <summary>Reads a resource name.</summary>
    /// <returns>Whether it names a slice. <c>nvidia.com/gpu</c>, other vendors' and misspelt names do not.</returns>
    public static bool TryParse(string resource, out SliceResource slice)
    {
        slice = default;
        if (resource.StartsWith(MigPrefix, StringComparison.Ordinal) && ProfileName.TryParse(resource[MigPrefix.Length..], out var profile))
        {
            slice = new SliceResource(profile.ToString(), profile.MemoryGB);
            return true;
        }

        if (resource.StartsWith(MpsPrefix, StringComparison.Ordinal) && resource.EndsWith("gb", StringComparison.Ordinal)
            && int.TryParse(resource.AsSpan()[MpsPrefix.Length..^2], NumberStyles.None, CultureInfo.InvariantCulture, out var gb)
            && gb is >= 1 and <= 9999 && resource[MpsPrefix.Length] != '0')
        {
            slice = Mps(gb);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
