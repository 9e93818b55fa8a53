using FluentValidation;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Agent.Options;

/// <summary>Judges the agent's options: each flag's bounds, then what concerns several flags, or files. Property names are flags' names.</summary>
internal sealed class AgentOptionsValidator : AbstractValidator<AgentOptions>
{
    /// <summary>All rules.</summary>
    /// <param name="fileExists">Whether there is a file of that path.</param>
    internal AgentOptionsValidator(Func<string, bool> fileExists)
    {
        Include(new FlagRanges<AgentOptions>(AgentFlags.Set));

        Rule("node-name", o => o.Verb != AgentVerb.Run || o.NodeName is not null || o.SimulateNodes is not null,
            _ => "must be the name of the node that this agent serves, by the flag or by $NODE_NAME; only --simulate-nodes does without");
        Rule("kubeconfig", o => o.Kubeconfig is null || fileExists(o.Kubeconfig), _ => "must be a file that is there");
        Rule("driver", o => o.SimulateNodes is null || o.Driver == AgentDriver.Simulated, _ => "contradicts --simulate-nodes, which plays GPUs that do not exist");
        Rule("no-kubelet", o => o.SimulateNodes is null || o.NoKubelet, _ => "contradicts --simulate-nodes: the nodes that it plays have no kubelet");
        Rule("simulate-allocatable", o => !o.SimulateAllocatable || o.SimulateNodes is not null, _ => "has a meaning only with --simulate-nodes");
        Simulated("simulated-latency", o => o.SimulatedLatency > TimeSpan.Zero);
        Simulated("simulated-state", o => o.SimulatedState is not null);
        Simulated("simulated-faults", o => o.SimulatedFaults is not null);
    }

    private void Simulated(string flag, Func<AgentOptions, bool> isGiven) =>
        Rule(flag, o => !isGiven(o) || o.Driver == AgentDriver.Simulated, _ => "has a meaning only with --driver simulated or --simulate-nodes");

    private void Rule(string flag, Func<AgentOptions, bool> holds, Func<AgentOptions, string> fault) =>
        RuleFor(options => options).Must(holds).OverridePropertyName(flag).WithMessage(fault);
}
