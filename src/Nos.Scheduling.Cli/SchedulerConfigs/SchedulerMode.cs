namespace Nos.Scheduling.Cli.SchedulerConfigs;

/// <summary>Whose kube-scheduler calls us.</summary>
internal enum SchedulerMode
{
    /// <summary>A second kube-scheduler of our own: every pod that names it comes to us.</summary>
    Own,

    /// <summary>The cluster's: only pods that ask for a resource of ours come to us.</summary>
    Shared,
}
