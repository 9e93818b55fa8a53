using System.Globalization;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>How heavy the fault tests are, and by which dice.</summary>
internal static class FaultRuns
{
    /// <summary>Set by <c>tests/run.sh --full-faults</c>: every fault at full size, three times with different dice.</summary>
    public static bool AreFull => Environment.GetEnvironmentVariable("NOS_FULL_FAULTS") == "1";

    /// <summary>Ten of the nodes that the bursts are about, or fewer where that is enough to see the fault.</summary>
    public static int Nodes(int few) => AreFull ? 10 : few;

    /// <summary>The dice of each run; <c>NOS_FAULT_SEED</c> repeats one that failed.</summary>
    /// <param name="output">Told of the seeds, and of what is left out.</param>
    public static IEnumerable<Random> Dice(ITestOutputHelper output)
    {
        if (!AreFull)
        {
            output.WriteLine("Left out without NOS_FULL_FAULTS=1: two further runs with other dice, and full size where this one is smaller.");
        }

        var given = Environment.GetEnvironmentVariable("NOS_FAULT_SEED") is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : (int?)null;
        for (var run = 0; run < (AreFull && given is null ? 3 : 1); run++)
        {
            var seed = given ?? Random.Shared.Next();
            output.WriteLine($"seed {seed} (NOS_FAULT_SEED repeats it)");
            yield return new Random(seed);
        }
    }
}
