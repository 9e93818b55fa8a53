namespace Nos.Scheduling.Fitting;

/// <summary>
/// The unlike requests of a pod and how many of each. A choice of some of them is one number: its digits, in mixed radix, say how many of
/// each kind; 0 is none, <see cref="Everything"/> is all.
/// </summary>
internal sealed class RequestKinds
{
    /// <summary>
    /// The most choices that are searched exactly: ten unlike slices, or three kinds of nine. A pod that asks for more is placed slice
    /// by slice without looking ahead, as nobody should be able to keep the scheduler busy for minutes with one pod.
    /// </summary>
    internal const int MostChoices = 1024;

    private readonly SliceRequest[] kinds;
    private readonly int[] counts;
    private readonly int[] strides;

    internal RequestKinds(IReadOnlyList<SliceRequest> requests)
    {
        var groups = requests.GroupBy(Kind).OrderBy(group => group.Key.Resource.Name, StringComparer.Ordinal)
            .ThenBy(group => group.Key.Mps.ComputePercent).ThenBy(group => group.Key.Mps.Uid).ToArray();
        kinds = Array.ConvertAll(groups, group => group.Key);
        counts = Array.ConvertAll(groups, group => group.Count());
        strides = new int[kinds.Length];
        var choices = 1L;
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            strides[kind] = (int)choices;
            choices = Math.Min(choices * (counts[kind] + 1), MostChoices + 1);
        }

        Choices = (int)choices;
    }

    /// <summary>How many kinds there are.</summary>
    internal int Length => kinds.Length;

    /// <summary>How many choices there are, the empty one included.</summary>
    internal int Choices { get; }

    /// <summary>Whether choices may be counted through; if not, nothing but <see cref="this[int]"/> and <see cref="Length"/> has a meaning.</summary>
    internal bool AreFew => Choices <= MostChoices;

    /// <summary>Whether sets of choices are bits of one number, which makes the common case fast.</summary>
    internal bool FitInBits => Choices <= 64;

    /// <summary>The choice of all requests.</summary>
    internal int Everything => Choices - 1;

    internal SliceRequest this[int kind] => kinds[kind];

    /// <summary>The most of a kind that is asked for.</summary>
    internal int CountOf(int kind) => counts[kind];

    /// <summary>What one more of a kind adds to a choice.</summary>
    internal int StepOf(int kind) => strides[kind];

    /// <summary>What one request adds to a choice.</summary>
    internal int StepOf(SliceRequest request) => strides[Array.IndexOf(kinds, Kind(request))];

    /// <summary>How many of a kind are in a choice.</summary>
    internal int In(int choice, int kind) => choice / strides[kind] % (counts[kind] + 1);

    /// <summary>What is left of a choice when <paramref name="taken"/> is taken, of each kind never less than none.</summary>
    internal int Less(int choice, int taken)
    {
        var rest = choice;
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            rest -= Math.Min(In(choice, kind), In(taken, kind)) * strides[kind];
        }

        return rest;
    }

    /// <summary>Whether a choice has no less of any kind than another.</summary>
    internal bool Covers(int choice, int other)
    {
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (In(choice, kind) < In(other, kind))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether two choices together ask for no more of any kind than there is.</summary>
    internal bool CanAdd(int choice, int more)
    {
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (In(choice, kind) + In(more, kind) > counts[kind])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>MIG instances of one name are alike, whoever asks; MPS shares only where they ask for the same of the GPU.</summary>
    private static SliceRequest Kind(SliceRequest request) => request.Resource.IsMig ? request with { Mps = default } : request;
}
