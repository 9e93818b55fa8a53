using System.Collections.Immutable;
using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>What became of one arrival.</summary>
/// <param name="Order">The input's number of it, or the arrival's.</param>
/// <param name="Pod">The pod.</param>
/// <param name="Node">Where it is; <see langword="null"/> where it was not placed.</param>
/// <param name="Gpus">The indices of its GPUs.</param>
internal readonly record struct OpenbPlacementRow(long Order, string Pod, string? Node, ImmutableArray<int> Gpus)
{
    /// <summary>The header of the file.</summary>
    internal const string Header = "order,pod,node,gpus";

    /// <inheritdoc/>
    public override string ToString() => $"{Order},{CsvLine.Cell(Pod)},{CsvLine.Cell(Node ?? "")},{string.Join('|', Gpus)}";
}
