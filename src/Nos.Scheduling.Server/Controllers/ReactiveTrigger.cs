using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Tells for which pods slices are cut though no extender was asked.</summary>
internal static class ReactiveTrigger
{
    /// <summary>Whether the pod waits for a slice, and a scheduler has said that it finds no node.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="when">
    /// <see cref="AutoSwitch.On"/>: whatever the scheduler lacked. <see cref="AutoSwitch.Auto"/>: only where it lacked one of the pod's slice resources,
    /// which one that asks our extender never says: it does not count them.
    /// </param>
    internal static bool Wants(PodRecord pod, AutoSwitch when) =>
        pod is { IsWaiting: true, Demand.AsksForSlices: true, IsNotAdmitted: false, Unschedulable: { } message }
        && when switch
        {
            AutoSwitch.On => true,
            AutoSwitch.Auto => pod.Demand.Slices.Any(slice => Lacks(message, slice.Resource.Name)),
            _ => false,
        };

    /// <summary>Whether a scheduler's message says <c>Insufficient RESOURCE</c>: that resource, not one whose name only begins so.</summary>
    private static bool Lacks(string message, string resource)
    {
        var words = $"Insufficient {resource}";
        for (var at = message.IndexOf(words, StringComparison.Ordinal); at >= 0; at = message.IndexOf(words, at + 1, StringComparison.Ordinal))
        {
            var rest = message.AsSpan(at + words.Length);
            if (rest is [] or ['.'] or ['.', ' ', ..] || !(char.IsLetterOrDigit(rest[0]) || rest[0] is '.' or '-' or '_' or '/'))
            {
                return true;
            }
        }

        return false;
    }
}
