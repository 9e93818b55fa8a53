using System.CommandLine;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>The option <c>--policy</c>, as the server has it.</summary>
internal static class PolicyOption
{
    internal static Option<string> Create() => Choices.Create("--policy", "By what a place is preferred.", "fragmentation", "best-fit", "first-fit");

    internal static PlacementPolicy Read(string? word) => word switch
    {
        "best-fit" => PlacementPolicy.BestFit,
        "first-fit" => PlacementPolicy.FirstFit,
        _ => PlacementPolicy.Fragmentation,
    };
}
