namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Says which slices kubelet should give to a container, of those that it may. Pure.</summary>
/// <remarks>kubelet does not say whose container it is: one that asks for as many as a bound pod was promised most likely is that pod's.</remarks>
internal static class PreferredSlices
{
    /// <summary>As many ids as asked for, as far as there are: the ones that must be, then those promised, then those promised to nobody, then the others, by id.</summary>
    /// <param name="available">What kubelet may give away.</param>
    /// <param name="required">What must be among them.</param>
    /// <param name="size">How many in all.</param>
    /// <param name="promises">What bound pods that have nothing yet were promised, a list for each container, in the order to serve them.</param>
    public static IReadOnlyList<string> Choose(
        IReadOnlyCollection<string> available, IReadOnlyCollection<string> required, int size, IReadOnlyList<IReadOnlyList<string>> promises)
    {
        var promised = promises.SelectMany(container => container).ToHashSet(StringComparer.Ordinal);
        var match = promises.FirstOrDefault(container => container.Count == size && required.All(container.Contains) && container.All(available.Contains)) ?? [];
        return
        [
            .. required
                .Concat(match)
                .Concat(available.Where(id => !promised.Contains(id)).Order(StringComparer.Ordinal))
                .Concat(promises.SelectMany(container => container.Where(available.Contains)))
                .Distinct(StringComparer.Ordinal)
                .Take(size),
        ];
    }
}
