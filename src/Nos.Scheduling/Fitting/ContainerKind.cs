namespace Nos.Scheduling.Fitting;

/// <summary>When a container runs, and so what it can share with others of its pod.</summary>
public enum ContainerKind
{
    /// <summary>Beside all other main containers.</summary>
    Main,

    /// <summary>An init container that is restarted always: it goes on beside everything after it.</summary>
    Sidecar,

    /// <summary>Before the main containers, alone but for earlier sidecars; kubelet gives its devices on to later containers.</summary>
    Init,
}
