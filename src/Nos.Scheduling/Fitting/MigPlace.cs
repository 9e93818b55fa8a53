using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Fitting;

/// <summary>A place that a slice of some kind may take on an empty GPU, with what decides quickly whether it may.</summary>
internal readonly struct MigPlace
{
    internal MigPlace(int kind, int profile, MigPlacement placement)
    {
        (Kind, Profile, Placement) = (kind, profile, placement);
        Mask = placement.Slices;
        Engines = 1u << (int)placement.Profile.Parts.Engines;
        foreach (var engines in Enum.GetValues<MediaEngines>())
        {
            Intolerable |= placement.Profile.Parts.Engines.Tolerate(engines) ? 0 : 1u << (int)engines;
        }

        Limit = placement.Profile.MaxInstances < MostOf(placement.Profile) ? placement.Profile.MaxInstances : int.MaxValue;
    }

    /// <summary>Which of the asked kinds it serves.</summary>
    internal int Kind { get; }

    /// <summary>The profile's place in the model.</summary>
    internal int Profile { get; }

    internal MigPlacement Placement { get; }

    internal SliceMask Mask { get; }

    /// <summary>The profile's media engines as a bit.</summary>
    internal uint Engines { get; }

    /// <summary>The media engines, as bits, of profiles that may not stand beside it.</summary>
    internal uint Intolerable { get; }

    /// <summary>The most instances of the profile, where that is less than go in; else no limit.</summary>
    internal int Limit { get; }

    /// <summary>How many go in: of runs of equal length, taking each that begins first leaves the most room.</summary>
    private static int MostOf(MigProfile profile)
    {
        var (count, end) = (0, 0);
        foreach (var place in profile.Placements)
        {
            (count, end) = place.Start < end ? (count, end) : (count + 1, place.Start + profile.MemorySlices);
        }

        return count;
    }
}
