using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Decides about the Lease as client-go does: by how long it has not changed before our eyes, never by the times written in it. Pure.</summary>
internal static class LeaseRules
{
    /// <param name="found">The Lease as it is; <see langword="null"/> where there is none.</param>
    /// <param name="seen">The Lease as it was seen last, this time included; <see langword="null"/> where none ever was.</param>
    /// <param name="unchanged">How long it has been seen like that, by our own clock.</param>
    /// <param name="settings">Who we are, and how long a Lease lasts that does not say so itself.</param>
    internal static LeaseStep Next(LeaseSpec? found, LeaseSpec? seen, TimeSpan unchanged, ElectionSettings settings)
    {
        if (found?.HolderIdentity == settings.Identity)
        {
            return LeaseStep.Resume;
        }

        // One that was deleted by hand still binds: its holder goes on for as long as it was promised.
        return unchanged < TimeLeftToOthers(found ?? seen, settings) ? LeaseStep.Wait : found is null ? LeaseStep.Create : LeaseStep.Take;
    }

    /// <summary>How long the Lease, once seen, keeps us waiting. Zero where nobody else holds it.</summary>
    internal static TimeSpan TimeLeftToOthers(LeaseSpec? lease, ElectionSettings settings) =>
        string.IsNullOrEmpty(lease?.HolderIdentity) || lease.HolderIdentity == settings.Identity ? TimeSpan.Zero
        : lease.LeaseDurationSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : settings.Duration;
}
