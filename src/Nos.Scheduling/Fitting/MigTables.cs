using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Fitting;

/// <summary>What GPUs can take of a pod's MIG slices, for all nodes of a question. Not shared between threads.</summary>
internal sealed class MigTables(RequestKinds kinds)
{
    private readonly Dictionary<GpuModel, MigTable> tables = [];
    private MigTable? last;

    internal RequestKinds Kinds => kinds;

    /// <summary>What GPUs of that model can take.</summary>
    internal MigTable Of(GpuModel model)
    {
        if (last?.Model != model)
        {
            last = tables.TryGetValue(model, out var known) ? known : tables[model] = new MigTable(model, kinds);
        }

        return last;
    }
}
