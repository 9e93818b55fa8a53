namespace Nos.Scheduling.Tests.Cli.Simulation;

/// <summary>
/// Checks placements on its own: plays them against the events on bare masks, with the sizes and starts of an A100 with 80 GB written down here, and
/// fails where two live slices overlap, a start is not NVIDIA's, or a pod was rejected that would have gone in somewhere.
/// </summary>
internal static class MigReplay
{
    private static readonly Dictionary<string, (int Size, int[] Starts)> Shapes = new()
    {
        ["1g.10gb"] = (1, [0, 1, 2, 3, 4, 5, 6]),
        ["1g.20gb"] = (2, [0, 2, 4, 6]),
        ["2g.20gb"] = (2, [0, 2, 4]),
        ["3g.40gb"] = (4, [0, 4]),
        ["4g.40gb"] = (4, [0]),
        ["7g.80gb"] = (8, [0]),
    };

    /// <summary>How many pods were placed.</summary>
    internal static int Check(string[] events, string[] placements, int nodes, int gpusEach)
    {
        Assert.Equal("order,pod,node,gpu,start", placements[0]);
        var rows = placements.Skip(1).Select(line => line.Split(',')).GetEnumerator();
        var taken = new int[nodes * gpusEach];
        var live = new Dictionary<string, (int Gpu, int Mask)>();
        var placed = 0;
        foreach (var cells in events.Skip(1).Select(line => line.Split(',')))
        {
            var (size, starts) = Shapes[cells[3]];
            if (cells[1] == "depart")
            {
                if (live.Remove(cells[2], out var left))
                {
                    taken[left.Gpu] &= ~left.Mask;
                }

                continue;
            }

            Assert.True(rows.MoveNext());
            Assert.Equal((cells[0], cells[2]), (rows.Current[0], rows.Current[1]));
            if (rows.Current[2].Length == 0)
            {
                Assert.DoesNotContain(taken, mask => starts.Any(start => (mask & Mask(start, size)) == 0));
                continue;
            }

            var start = int.Parse(rows.Current[4]);
            var gpu = (int.Parse(rows.Current[2]["node-".Length..]) * gpusEach) + int.Parse(rows.Current[3]);
            Assert.Contains(start, starts);
            Assert.Equal(0, taken[gpu] & Mask(start, size));
            taken[gpu] |= Mask(start, size);
            live[cells[2]] = (gpu, Mask(start, size));
            placed++;
        }

        Assert.False(rows.MoveNext());
        return placed;
    }

    private static int Mask(int start, int size) => ((1 << size) - 1) << start;
}
