using Nos.Scheduling.Fitting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Gives what a quota says the name of a reason.</summary>
public static class QuotaMisfits
{
    /// <summary>Why the quota refuses; <see cref="Misfit.None"/> where it does not.</summary>
    public static Misfit Of(QuotaVerdictKind kind) => kind switch
    {
        QuotaVerdictKind.QuotaMaxExceeded => Misfit.QuotaMaxExceeded,
        QuotaVerdictKind.NothingToBorrow => Misfit.NothingToBorrow,
        _ => Misfit.None,
    };
}
