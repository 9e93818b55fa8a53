namespace Nos.Scheduling.Agent.Nvml;

/// <summary>How far a failed NVML call reaches.</summary>
internal enum NvmlRemedy
{
    /// <summary>To this one slice: it failed, the others go on, and it is tried again after a pause.</summary>
    RetrySlice,

    /// <summary>To this GPU: its slices are failed until it answers again; the session is opened anew to find out.</summary>
    DistrustGpu,

    /// <summary>To the whole session: it is closed and opened anew.</summary>
    ReopenSession,

    /// <summary>To the loaded library itself, which only a new process can load anew.</summary>
    RestartProcess,
}
