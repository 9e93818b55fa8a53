using System.CommandLine;
using Nos.Scheduling.Cli.Simulation;
using Nos.Scheduling.Cli.Simulation.Openb;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>simulate openb</c>: pods that ask for whole GPUs or parts of one, arriving and staying.</summary>
internal static class SimulateOpenbCommand
{
    internal static Command Create()
    {
        var nodes = new Option<string>("--nodes") { Description = "The cluster: sn,cpu_milli,memory_mib,gpu,model.", HelpName = "NODES.csv", Required = true };
        var pods = new Option<string>("--pods") { Description = "The pods: name,cpu_milli,memory_mib,num_gpu,gpu_milli and, optional, gpu_spec and order.", HelpName = "PODS.csv", Required = true };
        var seed = new Option<int?>("--seed") { Description = "Shuffles the pods; without it they arrive in the file's order.", HelpName = "N" };
        var inflate = new Option<double?>("--inflate") { Description = "With --seed: random pods of the file follow until all together ask for so many times the GPUs.", HelpName = "1.3" };
        inflate.Validators.Add(result =>
        {
            if (result.Tokens is [_] && result.GetValueOrDefault<double?>() is not (> 0 and <= 100))
            {
                result.AddError($"--inflate '{result.Tokens[0].Value}' is not above 0 and at most 100; write one like 1.3.");
            }
        });
        var common = new SimulationOptions();
        var command = new Command("openb", "Places pods of the openb trace's format one by one; none moves or leaves.") { nodes, pods, seed, inflate };
        common.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(inflate) is not null && result.GetResult(seed) is null)
            {
                result.AddError("--inflate needs --seed: the pods it adds are random ones.");
            }
        });
        command.SetAction((parsed, cancellation) =>
        {
            var models = new OpenbModels();
            var cluster = OpenbNodes.Read(parsed.GetRequiredValue(nodes), models);
            var arrivals = OpenbPods.Read(parsed.GetRequiredValue(pods), models);
            if (parsed.GetValue(seed) is { } chosen)
            {
                long? most = parsed.GetValue(inflate) is { } factor ? (long)(factor * cluster.Sum(node => node.Gpus) * ShareNode.WholeMilli) : null;
                arrivals = OpenbArrivals.Shuffle(arrivals, chosen, most);
            }

            var progress = new Progress("simulate openb", arrivals.Count, parsed.InvocationConfiguration.Error);

            var (rows, summary) = OpenbRun.Play(cluster, models.Names.Count, arrivals, common.Policy(parsed), progress, cancellation);

            common.Write(parsed, OpenbPlacementRow.Header, rows, summary, SimulationJson.Default.OpenbSummary);
            return Task.CompletedTask;
        });
        return command;
    }
}
