namespace Nos.Scheduling.Tests.Cli.Simulation;

/// <summary>Checks placements on its own: fails where a node or GPU is given out beyond what it has, or a pod was refused that would have gone in somewhere.</summary>
internal static class OpenbReplay
{
    /// <summary>How many pods were placed.</summary>
    internal static int Check(string[] nodeLines, string[] podLines, string[] placements)
    {
        var nodes = nodeLines.Skip(1).Select(line => line.Split(',')).ToDictionary(cells => cells[0], cells => new Left(int.Parse(cells[1]), int.Parse(cells[2]), int.Parse(cells[3]), cells[4]));
        var pods = podLines.Skip(1).Select(line => line.Split(',')).ToDictionary(cells => cells[0]);
        var placed = 0;
        foreach (var row in placements.Skip(1).Select(line => line.Split(',')))
        {
            var pod = pods[row[1].Split("-copy-")[0]];
            if (row[2].Length == 0)
            {
                Assert.DoesNotContain(nodes.Values, node => node.Fits(pod));
                continue;
            }

            nodes[row[2]].Take(pod, [.. row[3].Split('|', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);
            placed++;
        }

        return placed;
    }

    private sealed class Left(int cpu, int memory, int gpus, string model)
    {
        private readonly int[] free = [.. Enumerable.Repeat(1000, gpus)];

        internal bool Fits(string[] pod) =>
            int.Parse(pod[1]) <= cpu && int.Parse(pod[2]) <= memory
            && (int.Parse(pod[3]) == 0 || ((pod[5].Length == 0 || pod[5].Split('|').Contains(model)) && free.Count(milli => milli >= Milli(pod)) >= int.Parse(pod[3])));

        internal void Take(string[] pod, int[] gpus)
        {
            Assert.True(Fits(pod));
            Assert.Equal(int.Parse(pod[3]), gpus.Distinct().Count());
            cpu -= int.Parse(pod[1]);
            memory -= int.Parse(pod[2]);
            Assert.All(gpus, gpu => Assert.True((free[gpu] -= Milli(pod)) >= 0));
        }

        private static int Milli(string[] pod) => int.Parse(pod[3]) == 1 ? int.Parse(pod[4]) : 1000;
    }
}
