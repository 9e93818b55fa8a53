using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Agent.Options;

/// <summary>What the agent runs with.</summary>
/// <param name="Options">Checked.</param>
/// <param name="Access">How to reach the cluster; <see cref="ClusterAccess.Nowhere"/> only for a verb.</param>
internal sealed record AgentStart(AgentOptions Options, ClusterAccess Access);
