namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>How far a slice is on its way out.</summary>
internal enum OfferPhase
{
    /// <summary>It stays, and kubelet is told of it.</summary>
    Offered,

    /// <summary>kubelet is no longer told of it, but may not have heard: an Allocate that comes all the same brings it back.</summary>
    Withdrawn,

    /// <summary>The driver is destroying it: an Allocate waits for how that ends.</summary>
    Going,
}
