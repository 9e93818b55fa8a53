namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>A pod that makes way.</summary>
/// <param name="Uid">Its identity: another pod of its name is left alone.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rule">By which rule, <c>R1</c> to <c>R4</c>.</param>
/// <param name="Quota">Its quota in words; <see langword="null"/> where it has none.</param>
public sealed record ClaimedVictim(string Uid, string Namespace, string Name, string Rule, string? Quota = null);
