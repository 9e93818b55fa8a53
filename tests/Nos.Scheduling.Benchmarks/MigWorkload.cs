using Nos.Scheduling.Cli.Simulation.Mig;

namespace Nos.Scheduling.Benchmarks;

/// <summary>Makes MIG arrivals up: fills that ask for 130 percent, and churn of 48 hours with pods that stay two hours on average.</summary>
/// <param name="profiles">The profiles with their size in memory slices.</param>
/// <param name="capacity">Unit: memory slices of the cluster.</param>
internal sealed class MigWorkload((string Name, int Slices)[] profiles, int capacity)
{
    private const double Hours = 48;
    private const double MeanStay = 2;

    /// <summary>Pods that come and stay.</summary>
    internal List<MigEvent> Fill(double[] mix, int seed)
    {
        var dice = new Random(seed);
        var events = new List<MigEvent>();
        for (var offered = 0; offered < 1.3 * capacity;)
        {
            var profile = Draw(dice, mix);
            events.Add(new MigEvent(events.Count, true, $"pod-{events.Count}", profile.Name, events.Count));
            offered += profile.Slices;
        }

        return events;
    }

    /// <summary>Pods that come and go; the mix may change over time.</summary>
    internal List<MigEvent> Churn(Func<double, double[]> mixAt, double load, int seed)
    {
        var dice = new Random(seed);
        var events = new List<MigEvent>();
        for (var (hours, pod) = (0.0, 0); ; pod++)
        {
            var mix = mixAt(hours);
            var mean = profiles.Select((profile, index) => profile.Slices * mix[index]).Sum() / mix.Sum();
            hours += Exponential(dice) * mean * MeanStay / load / capacity;
            if (hours >= Hours)
            {
                return [.. events.Where(happening => happening.Hours < Hours).OrderBy(happening => happening.Hours)];
            }

            var profile = Draw(dice, mix);
            events.Add(new MigEvent(pod, true, $"pod-{pod}", profile.Name, hours));
            events.Add(new MigEvent(pod, false, $"pod-{pod}", profile.Name, hours + (MeanStay * Exponential(dice))));
        }
    }

    private static double Exponential(Random dice) => -Math.Log(1 - dice.NextDouble());

    private (string Name, int Slices) Draw(Random dice, double[] mix)
    {
        var at = dice.NextDouble() * mix.Sum();
        for (var index = 0; index < mix.Length - 1; index++)
        {
            at -= mix[index];
            if (at < 0)
            {
                return profiles[index];
            }
        }

        return profiles[^1];
    }
}
