using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>What became of one arrival.</summary>
/// <param name="Order">The input's number of it.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Node">Where it is; <see langword="null"/> where it was rejected.</param>
/// <param name="Gpu">The GPU's index.</param>
/// <param name="Start">The first memory slice.</param>
internal readonly record struct MigPlacementRow(long Order, string Pod, string? Node, int Gpu, int Start)
{
    /// <summary>The header of the file.</summary>
    internal const string Header = "order,pod,node,gpu,start";

    /// <inheritdoc/>
    public override string ToString() => Node is null ? $"{Order},{CsvLine.Cell(Pod)},,," : $"{Order},{CsvLine.Cell(Pod)},{Node},{Gpu},{Start}";
}
