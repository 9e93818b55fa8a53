using System.CommandLine;
using Nos.Scheduling.Cli.Simulation;
using Nos.Scheduling.Cli.Simulation.Mig;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>simulate mig</c>: pods that ask for one MIG slice each, arriving and leaving.</summary>
internal static class SimulateMigCommand
{
    internal static Command Create()
    {
        var nodes = new Option<string>("--nodes") { Description = $"The cluster: {MigNodes.Allowed}.", HelpName = "100x8xPRODUCT", Required = true };
        nodes.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && MigNodes.Parse(token.Value).Complaint is { } complaint)
            {
                result.AddError(complaint);
            }
        });
        var events = new Option<string>("--events") { Description = "The arrivals and departures: order,event,pod,profile and, in hours, time.", HelpName = "EVENTS.csv", Required = true };
        var idle = Choices.Create("--idle", "Slices of pods that left: gone at once, or kept and taken over first, as agents and the server do.", "gone", "kept");
        var common = new SimulationOptions();
        var command = new Command("mig", "Places pods that ask for one MIG slice each; live slices never move, idle ones are re-cut where their room is needed.") { nodes, events, idle };
        common.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var cluster = MigNodes.Parse(parsed.GetRequiredValue(nodes)).Nodes;
            var models = cluster.SelectMany(node => node.Gpus).Select(gpu => gpu.Model).Distinct().ToArray();
            var arrivals = MigEvents.Read(parsed.GetRequiredValue(events), models);
            var progress = new Progress("simulate mig", arrivals.Count(happening => happening.IsArrival), parsed.InvocationConfiguration.Error);

            var (rows, summary) = new MigRun(cluster, common.Policy(parsed), parsed.GetValue(idle) == "kept").Play(arrivals, progress, cancellation);

            common.Write(parsed, MigPlacementRow.Header, rows, summary, SimulationJson.Default.MigSummary);
            return Task.CompletedTask;
        });
        return command;
    }
}
