using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>Every way in which a product may be cut, and all states in which such a GPU can be. Derived, with rules of its own: nothing here asks the code under test.</summary>
internal static class Layouts
{
    /// <summary>One product of every layout in the catalogue, and two that only agents may report.</summary>
    internal static IReadOnlyDictionary<string, GpuModel> All { get; } = new Dictionary<string, GpuModel>
    {
        ["NVIDIA-A30"] = Draw.A30,
        ["NVIDIA-A100-SXM4-80GB"] = Draw.A100,
        ["NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition"] = Draw.Rtx,
        ["NVIDIA-RTX-PRO-5000-Blackwell"] = GpuCatalog.Find("NVIDIA-RTX-PRO-5000-Blackwell")!,
        ["NVIDIA-RTX-PRO-4500-Blackwell"] = GpuCatalog.Find("NVIDIA-RTX-PRO-4500-Blackwell")!,
        ["NVIDIA-Thor"] = GpuCatalog.Find("NVIDIA-Thor")!,
        ["floor-swept"] = Reported("floor-swept", ("1g.10gb", 1, "###.####", 7), ("1g.10gb+me", 1, "###.####", 1), ("2g.20gb", 2, "#.#.#...", 3), ("3g.40gb", 4, "#...#...", 2)),
        ["narrow"] = Reported("narrow", ("1g.10gb", 1, "######", 3), ("1g.10gb-me", 1, "####", 2), ("2g.20gb", 2, "#.#.#.", 2), ("2g.20gb+me.all", 2, "#.#.", 1)),
    };

    internal static TheoryData<string> Names => new(All.Keys);

    /// <summary>Every set of instances that can exist on a GPU of the model, the empty one first. Each set once.</summary>
    internal static List<MigPlacement[]> States(GpuModel model)
    {
        var places = model.Profiles.SelectMany(profile => Enumerable.Range(0, 16).Where(start => (profile.Starts.Bits >> start & 1) == 1).Select(start => new MigPlacement(profile, start))).ToArray();
        var states = new List<MigPlacement[]>();
        Extend([], 0);
        return states;

        void Extend(MigPlacement[] state, int from)
        {
            states.Add(state);
            for (var index = from; index < places.Length; index++)
            {
                if (MayJoin(state, places[index]))
                {
                    Extend([.. state, places[index]], index + 1);
                }
            }
        }
    }

    /// <summary>Whether an instance may join others that stand already.</summary>
    internal static bool MayJoin(IReadOnlyCollection<MigPlacement> state, MigPlacement place)
    {
        var like = 0;
        foreach (var other in state)
        {
            if (!MayStandBeside(other, place) || (other.Profile.Name == place.Profile.Name && ++like >= place.Profile.MaxInstances))
            {
                return false;
            }
        }

        return like < place.Profile.MaxInstances;
    }

    /// <summary>Whether two instances may exist at once, limits aside: no common memory slice, one set of media engines, +me.all only beside -me.</summary>
    internal static bool MayStandBeside(MigPlacement one, MigPlacement other)
    {
        var apart = one.Start + one.Profile.MemorySlices <= other.Start || other.Start + other.Profile.MemorySlices <= one.Start;
        var (first, second) = (Suffix(one), Suffix(other));
        var engines = first == "+me" && second == "+me" ? false
            : first == "+me.all" ? second == "-me"
            : second != "+me.all" || first == "-me";
        return apart && engines;

        static string Suffix(MigPlacement place) => place.Profile.Name[(place.Profile.Name.IndexOf("gb", StringComparison.Ordinal) + 2)..];
    }

    /// <summary>What an agent may report; every profile goes by an alias, too, one GB larger.</summary>
    private static GpuModel Reported(string product, params (string Name, int MemorySlices, string Starts, int Max)[] rows) => new(
        product, 81920, 79,
        [.. rows.Select(row => new MigProfile(row.Name, row.Name[0] - '0', row.MemorySlices, 1024, Draw.Mask(row.Starts), row.Max))],
        rows.ToDictionary(row => row.Name.Replace("0gb", "1gb"), row => row.Name));
}
