namespace Nos.Scheduling.Server.Controllers;

/// <summary>What this leader did for a claim. Nothing of it is needed by the next: it asks again.</summary>
internal sealed class ClaimProgress
{
    /// <summary>How long victims whom a budget held are left alone before they are asked again.</summary>
    internal static TimeSpan Pause { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Victims whose eviction the server has accepted.</summary>
    internal HashSet<string> Evicted { get; } = new(StringComparer.Ordinal);

    /// <summary>Pods that a budget would not let go.</summary>
    internal HashSet<string> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Not before then are victims asked again.</summary>
    internal DateTimeOffset AskAgainAt { get; set; }

    /// <summary>Whether all the room was free once.</summary>
    internal bool IsRoomMade { get; set; }
}
