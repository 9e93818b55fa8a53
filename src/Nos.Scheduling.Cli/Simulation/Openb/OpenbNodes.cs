using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>Reads the nodes of <c>simulate openb</c>.</summary>
internal static class OpenbNodes
{
    /// <summary>All nodes, in the file's order.</summary>
    /// <param name="path">Columns <c>sn,cpu_milli,memory_mib,gpu,model</c>.</param>
    /// <param name="models">Takes the models up.</param>
    /// <exception cref="BadInputException">A column is missing, a cell is not what it should be, two nodes have one name, or there is no GPU at all.</exception>
    internal static List<ShareNode> Read(string path, OpenbModels models)
    {
        var nodes = new List<ShareNode>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in CsvFile.Read(path, "sn", "cpu_milli", "memory_mib", "gpu", "model"))
        {
            if (!names.Add(row.Name("sn")))
            {
                throw row.Bad("sn", "a name that no node above has");
            }

            var gpus = (int)row.Whole("gpu", 0, ShareNode.MostGpus);
            var model = models.Add(gpus > 0 ? row.Name("model") : row.Text("model"));
            if (model < 0)
            {
                throw row.Bad("model", $"one of at most {OpenbModels.Most} models");
            }

            nodes.Add(new ShareNode(row.Name("sn"), (int)row.Whole("cpu_milli", 0, int.MaxValue), (int)row.Whole("memory_mib", 0, int.MaxValue), gpus, model));
        }

        return nodes.Exists(node => node.Gpus > 0) ? nodes : throw new BadInputException($"{path}: line 1: column gpu: no node has a GPU; expected at least one.");
    }
}
