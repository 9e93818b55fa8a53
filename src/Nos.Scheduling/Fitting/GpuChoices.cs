using System.Numerics;

namespace Nos.Scheduling.Fitting;

/// <summary>Which of a pod's requests one GPU can take together, and what each such choice takes.</summary>
internal sealed class GpuChoices
{
    private readonly RequestKinds kinds;
    private readonly Effort[] efforts;
    private readonly ulong[] rests;

    /// <param name="kinds">The requests.</param>
    /// <param name="efforts">By choice, the least effort. Who can take a choice can take every part of it; the empty one takes none.</param>
    internal GpuChoices(RequestKinds kinds, Effort[] efforts)
    {
        (this.kinds, this.efforts) = (kinds, efforts);
        var (possible, largest) = (new List<int>(), new List<int>());
        for (var choice = efforts.Length - 1; choice > 0; choice--)
        {
            if (efforts[choice].IsPossible)
            {
                possible.Add(choice);
                if (IsLargest(choice))
                {
                    largest.Add(choice);
                }
            }
        }

        (Possible, Largest) = ([.. possible], [.. largest]);
        rests = new ulong[kinds.FitInBits ? kinds.Choices : 0];
    }

    /// <summary>Every choice that the GPU can take but the empty one.</summary>
    internal int[] Possible { get; }

    /// <summary>Those that no other covers, which are all that matter where effort does not: who takes less can take more.</summary>
    internal int[] Largest { get; }

    /// <summary>The least effort of a choice; <see cref="Effort.Impossible"/> where the GPU cannot take it.</summary>
    internal Effort this[int choice] => efforts[choice];

    /// <summary>As bits, what may be left of each of <paramref name="wanted"/> once the GPU has taken what it can.</summary>
    internal ulong Leave(ulong wanted)
    {
        var left = 0UL;
        for (; wanted != 0; wanted &= wanted - 1)
        {
            var choice = BitOperations.TrailingZeroCount(wanted);
            if (rests[choice] == 0)
            {
                rests[choice] = Largest.Length == 0 ? 1UL << choice : 0;
                foreach (var taken in Largest)
                {
                    rests[choice] |= 1UL << kinds.Less(choice, taken);
                }
            }

            left |= rests[choice];
        }

        return left;
    }

    /// <summary>What the GPU can take once it has been given a choice, and what that takes more.</summary>
    internal GpuChoices Beyond(int given)
    {
        var beyond = new Effort[efforts.Length];
        for (var more = 0; more < beyond.Length; more++)
        {
            beyond[more] = kinds.CanAdd(given, more) && efforts[given + more].IsPossible ? efforts[given + more] - efforts[given] : Effort.Impossible;
        }

        return new GpuChoices(kinds, beyond);
    }

    private bool IsLargest(int choice)
    {
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            if (kinds.In(choice, kind) < kinds.CountOf(kind) && efforts[choice + kinds.StepOf(kind)].IsPossible)
            {
                return false;
            }
        }

        return true;
    }
}
