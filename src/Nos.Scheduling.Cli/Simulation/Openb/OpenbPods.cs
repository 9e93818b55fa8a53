using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>Reads the pods of <c>simulate openb</c>.</summary>
internal static class OpenbPods
{
    private const string Name = "name|pod";

    /// <summary>All pods, in the file's order.</summary>
    /// <param name="path">Columns <c>name</c> or <c>pod</c>, <c>cpu_milli,memory_mib,num_gpu,gpu_milli</c>, optional <c>gpu_spec</c> and <c>order</c>; others are ignored.</param>
    /// <param name="models">The models that <c>gpu_spec</c> may name.</param>
    /// <exception cref="BadInputException">A column is missing, a cell is not what it should be, or two pods have one name.</exception>
    internal static List<OpenbPod> Read(string path, OpenbModels models)
    {
        var pods = new List<OpenbPod>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in CsvFile.Read(path, Name, "cpu_milli", "memory_mib", "num_gpu", "gpu_milli"))
        {
            if (!names.Add(row.Name(Name)))
            {
                throw row.Bad(Name, "a name that no pod above has");
            }

            long? order = row.Has("order") ? row.Whole("order", 0, long.MaxValue) : null;
            pods.Add(new OpenbPod(row.Name(Name), order, Demand(row, models)));
        }

        return pods;
    }

    private static ShareDemand Demand(CsvRow row, OpenbModels models)
    {
        var gpus = (int)row.Whole("num_gpu", 0, 1024);
        var milli = (int)Math.Min(ShareNode.WholeMilli, row.Whole("gpu_milli", gpus == 1 ? 1 : 0, long.MaxValue));
        return new ShareDemand(
            (int)row.Whole("cpu_milli", 0, int.MaxValue), (int)row.Whole("memory_mib", 0, int.MaxValue), gpus,
            gpus == 0 ? 0 : gpus == 1 ? milli : ShareNode.WholeMilli, gpus > 0 ? Models(row, models) : 0);
    }

    private static ulong Models(CsvRow row, OpenbModels models)
    {
        var allowed = 0UL;
        foreach (var name in row.Text("gpu_spec").Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            allowed |= models.Find(name) is var model and >= 0 ? 1UL << model : throw row.Bad("gpu_spec", $"models out of {string.Join(", ", models.Names)}, joined by |");
        }

        return allowed;
    }
}
