namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>In which order the pods of a trace arrive.</summary>
internal static class OpenbArrivals
{
    /// <summary>The pods sorted by name, shuffled, and followed by random ones of them until the next would pass the limit. Equal seeds give equal arrivals.</summary>
    /// <param name="pods">The trace.</param>
    /// <param name="seed">What the order depends on.</param>
    /// <param name="mostMilli">Unit: thousandths of a GPU; where the additions end. <see langword="null"/> for none.</param>
    internal static List<OpenbPod> Shuffle(IReadOnlyList<OpenbPod> pods, int seed, long? mostMilli)
    {
        var draw = new SeededDraw((ulong)seed);
        var arrivals = pods.OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList();
        for (var place = arrivals.Count - 1; place > 0; place--)
        {
            var other = draw.Below(place + 1);
            (arrivals[place], arrivals[other]) = (arrivals[other], arrivals[place]);
        }

        var (trace, total) = (arrivals.ToArray(), arrivals.Sum(pod => (long)pod.Demand.TotalMilli));
        // Pods without GPU count nothing: were there only such pods, there would be no end.
        while (mostMilli is { } most && total > 0)
        {
            var next = trace[draw.Below(trace.Length)];
            total += next.Demand.TotalMilli;
            if (total > most)
            {
                break;
            }

            arrivals.Add(next with { Name = $"{next.Name}-copy-{arrivals.Count - trace.Length + 1}", Order = null });
        }

        return arrivals;
    }
}
