namespace Nos.Scheduling.Preempting;

/// <summary>Which rule lets a pod have another evicted.</summary>
public enum ReclaimRule
{
    /// <summary>The preemptor is within its min; the victim is an over-quota pod of another quota.</summary>
    R1,

    /// <summary>The preemptor is above its min but within its fair share; the victim is an over-quota pod of another quota, which is above min and fair share.</summary>
    R2,

    /// <summary>Both are of one quota, and the victim's priority is lower.</summary>
    R3,

    /// <summary>Neither has a quota, and the victim's priority is lower.</summary>
    R4,
}
