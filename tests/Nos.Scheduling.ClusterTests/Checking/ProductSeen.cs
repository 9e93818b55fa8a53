using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>A GPU product as the agent reports it. What the checker knows of GPUs it knows from here.</summary>
internal sealed record ProductSeen(string Product, int MemoryMiB, int UsableGB, IReadOnlyList<ProfileSeen> Profiles)
{
    /// <summary>The compute slices that there are: the largest profile has them all.</summary>
    public int ComputeSlices => Profiles.Select(profile => profile.ComputeSlices).DefaultIfEmpty(0).Max();

    public ProfileSeen? Find(string? profile) => Profiles.FirstOrDefault(known => known.Name == profile);

    public static ProductSeen Of(JsonNode written) => new(
        written.Text("product")!,
        (int)written["memoryMiB"]!,
        (int)written["usableGB"]!,
        [.. (written["profiles"]?.AsArray() ?? []).Select(profile => new ProfileSeen(
            profile.Text("name")!,
            (int)profile!["computeSlices"]!,
            (int)profile["memorySlices"]!,
            (int)profile["memoryMiB"]!,
            [.. profile["starts"]!.AsArray().Select(start => (int)start!)],
            (int)profile["maxInstances"]!))]);
}
