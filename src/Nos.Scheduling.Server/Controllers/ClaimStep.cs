namespace Nos.Scheduling.Server.Controllers;

/// <summary>What is due for a claim.</summary>
internal enum ClaimStep
{
    /// <summary>Nothing now.</summary>
    Wait,

    /// <summary>Victims are to be told to go.</summary>
    Evict,

    /// <summary>They are on their way: the claim goes on.</summary>
    AwaitVictims,

    /// <summary>The room has come free: it is kept from now on for the ttl, and the scheduler is to try again.</summary>
    Announce,

    /// <summary>The time is up: the room was made, or taken by somebody else, in vain.</summary>
    GiveUp,

    /// <summary>A pod that rested may have others evicted again.</summary>
    EndRest,
}
