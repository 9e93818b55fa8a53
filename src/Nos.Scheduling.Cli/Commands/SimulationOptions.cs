using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>What all simulations are told, and how they write what they found: all files or none.</summary>
internal sealed class SimulationOptions
{
    private readonly Option<string> policy = Choices.Create("--policy", "By what a place is preferred.", "fragmentation", "best-fit", "first-fit");
    private readonly Option<string> placements = new("--out") { Description = "Where each arrival's place is written, as CSV.", HelpName = "PLACEMENTS.csv", Required = true };
    private readonly Option<string?> summary = new("--summary") { Description = "Where the figures are written, as JSON; without it they are printed.", HelpName = "SUMMARY.json" };

    internal void AddTo(Command command)
    {
        command.Options.Add(policy);
        command.Options.Add(placements);
        command.Options.Add(summary);
    }

    internal PlacementPolicy Policy(ParseResult parsed) => parsed.GetValue(policy) switch
    {
        "best-fit" => PlacementPolicy.BestFit,
        "first-fit" => PlacementPolicy.FirstFit,
        _ => PlacementPolicy.Fragmentation,
    };

    internal void Write<TRow, TSummary>(ParseResult parsed, string header, IEnumerable<TRow> rows, TSummary figures, JsonTypeInfo<TSummary> shape)
    {
        using var table = new OutputFile(parsed.GetRequiredValue(placements));
        table.Text.WriteLine(header);
        foreach (var row in rows)
        {
            table.Text.WriteLine(row?.ToString());
        }

        var text = JsonSerializer.Serialize(figures, shape);
        if (parsed.GetValue(summary) is not { } path)
        {
            table.Keep();
            parsed.InvocationConfiguration.Output.WriteLine(text);
            return;
        }

        using var file = new OutputFile(path);
        file.Text.WriteLine(text);
        table.Keep();
        file.Keep();
    }
}
