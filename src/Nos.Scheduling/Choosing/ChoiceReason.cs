namespace Nos.Scheduling.Choosing;

/// <summary>Why a mode was chosen.</summary>
public enum ChoiceReason
{
    /// <summary>It was asked for.</summary>
    Asked,

    /// <summary>MIG: the smallest fitting profiles waste at most half of their memory.</summary>
    LittleWaste,

    /// <summary>MPS: the smallest fitting MIG profile would waste more than half.</summary>
    MuchWaste,

    /// <summary>The other mode has no GPU for it.</summary>
    OnlyMode,
}
