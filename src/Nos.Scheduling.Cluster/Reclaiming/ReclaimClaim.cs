using System.Text.Json;
using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>
/// A reclaim in progress, as <c>nos.nebuly.com/claim</c> has it on the preemptor: written before the first eviction, so that a leader after this one goes
/// on instead of beginning anew.
/// </summary>
/// <param name="Node">Where the room is; empty while the pod only rests, because an earlier claim came to nothing.</param>
/// <param name="Room">The slices that it will have there, as <c>nos.nebuly.com/slices</c> writes them; empty where it asks for none.</param>
/// <param name="Victims">Who makes way.</param>
/// <param name="Since">When it began; the time that budgets are given counts from here.</param>
/// <param name="Until">When the room is given up, or the rest ends.</param>
/// <param name="Tries">How many claims of this pod came to nothing before.</param>
public sealed record ReclaimClaim(string Node, string Room, IReadOnlyList<ClaimedVictim> Victims, DateTimeOffset Since, DateTimeOffset Until, int Tries)
{
    /// <summary>Whether nothing is claimed: the pod waits until it may have others evicted again.</summary>
    [JsonIgnore]
    public bool IsRest => Node.Length == 0;

    /// <summary>How many slices it will have there; one that containers use one after the other counts once.</summary>
    [JsonIgnore]
    public int SliceCount => PromisedSlice.ReadAll(Room).DistinctBy(slice => (slice.Gpu, slice.Id)).Count();

    /// <summary>Reads the annotation; <see langword="null"/> where there is none or it makes no sense.</summary>
    public static ReclaimClaim? TryRead(string? annotation)
    {
        try
        {
            return string.IsNullOrEmpty(annotation) || JsonSerializer.Deserialize(annotation, ClaimJson.Default.ReclaimClaim) is not { Node: not null, Room: not null, Victims: not null, Tries: >= 0 } claim
                || claim.Victims.Any(victim => string.IsNullOrEmpty(victim?.Uid) || string.IsNullOrEmpty(victim.Namespace) || string.IsNullOrEmpty(victim.Name))
                ? null
                : claim;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The annotation.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, ClaimJson.Default.ReclaimClaim);
}
