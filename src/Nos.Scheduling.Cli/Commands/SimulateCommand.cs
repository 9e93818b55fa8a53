using System.CommandLine;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>simulate</c>: plays recorded or made-up workloads against the decisions that the server takes.</summary>
internal static class SimulateCommand
{
    internal static Command Create() => new("simulate", "Plays a workload from a file against the server's own decisions, and says how full it got the GPUs.")
    {
        SimulateOpenbCommand.Create(),
        SimulateMigCommand.Create(),
    };
}
