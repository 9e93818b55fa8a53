namespace Nos.Scheduling.Preempting;

/// <summary>Chooses victims as kube-scheduler does: all go, and who need not comes back.</summary>
internal static class Reprieve
{
    /// <summary>
    /// All who may go together go, those who have to first; then, those first whose budgets they violate, the most important first, everybody comes back
    /// without whom it is enough. <see langword="null"/> where it is not enough if all go.
    /// </summary>
    internal static VictimSet? Of(VictimChoice choice)
    {
        var going = new List<Occupant>();
        foreach (var isForced in new[] { true, false })
        {
            for (var at = 0; at < choice.Pods.Length; at++)
            {
                if (choice.IsForced(at) == isForced)
                {
                    Add(choice, choice.Pods[at], going);
                }
            }
        }

        return choice.IsEnough(going) ? choice.Spare(going) : null;
    }

    private static void Add(VictimChoice choice, Occupant pod, List<Occupant> going)
    {
        going.Add(pod);
        if (!choice.MayGo(going))
        {
            going.RemoveAt(going.Count - 1);
        }
    }
}
