using Nos.Scheduling.Quotas;
using static Nos.Scheduling.Tests.Quotas.Ledgers;

namespace Nos.Scheduling.Tests.Quotas;

/// <summary>Pods are written <c>"pd-1 1995 p100 gpu 3"</c>: name, year of creation, priority, request.</summary>
public sealed class QuotaStandingTests
{
    private static readonly Quota Gpus = Of("ns", "nos.nebuly.com/gpu-memory 64");

    /// <summary>nos lets the lower priority come first at equal age; rule L1 is right.</summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("pd-1 1995 p100 | pd-2 2000 p10 | pd-3 1996 p50", "pd-1, pd-3, pd-2")]
    [InlineData("pd-1 1995 p100 | pd-2 1995 p10 | pd-3 1995 p50", "pd-1, pd-3, pd-2")]
    [InlineData("pd-1 1995 p1 nos.nebuly.com/gpu-memory 10 | pd-2 1995 p1 nos.nebuly.com/gpu-memory 1 | pd-3 1995 p1 nos.nebuly.com/gpu-memory 5", "pd-2, pd-3, pd-1")]
    [InlineData("pd-1 1995 p1 | pd-3 1995 p1 | pd-2 1995 p1", "pd-1, pd-2, pd-3")]
    public void The_older_comes_first_then_higher_priority_smaller_request_and_name(string pods, string order) =>
        Assert.Equal(order, string.Join(", ", QuotaStandings.Of(Gpus, Pods(pods)).Select(standing => standing.Pod.Name)));

    [Fact]
    public void Requests_are_compared_by_GPU_memory_first_then_by_what_the_quota_names_in_order_of_names()
    {
        var quota = Of("ns", "memory 100", "cpu 100");

        Assert.Equal(["c", "b", "d", "a", "e"], QuotaStandings.Of(quota, Pods(
            "a 1995 p1 cpu 2,memory 1 | b 1995 p1 cpu 1,memory 2 | c 1995 p1 cpu 1,memory 1,nvidia.com/gpu 7 | d 1995 p1 cpu 1,memory 3 | e 1995 p1 nos.nebuly.com/gpu-memory 1"))
            .Select(standing => standing.Pod.Name));
    }

    [Fact]
    public void Pods_alike_in_all_that_counts_are_told_apart_by_namespace_and_uid()
    {
        var pods = new[] { Pod("u2", "b"), Pod("u1", "b"), Pod("u3", "a") };

        Assert.Equal(["u3", "u1", "u2"], QuotaStandings.Of(Gpus, pods).Select(standing => standing.Pod.Uid));

        static QuotaPod Pod(string uid, string space) => new(uid, space, "same", Start, 0, default);
    }

    /// <summary>The labels of nos' controller tests, a GPU being 16 GB.</summary>
    [Theory]
    [InlineData("64", "pod-1 1995 p0 nos.nebuly.com/gpu-memory 160", "pod-1 OverQuota")]
    [InlineData("64", "pod-1 1995 p0 nos.nebuly.com/gpu-memory 32 | pod-2 1996 p0 nos.nebuly.com/gpu-memory 48", "pod-1 InQuota, pod-2 OverQuota")]
    [InlineData("64", "pod-2 1996 p0 nos.nebuly.com/gpu-memory 48", "pod-2 InQuota")]
    [InlineData("64", "pod-1 1995 p0 nos.nebuly.com/gpu-memory 32 | pod-2 1996 p0 nos.nebuly.com/gpu-memory 32", "pod-1 InQuota, pod-2 InQuota")]
    [InlineData("32", "pod-1 1995 p0 nos.nebuly.com/gpu-memory 32 | pod-2 1996 p0 nos.nebuly.com/gpu-memory 32", "pod-1 InQuota, pod-2 OverQuota")]
    public void Who_stays_within_min_is_in_quota(string min, string pods, string standings) =>
        Assert.Equal(standings, Written(QuotaStandings.Of(Of("ns", $"nos.nebuly.com/gpu-memory {min}", "nos.nebuly.com/gpu-memory 96"), Pods(pods))));

    [Fact]
    public void A_pod_that_is_too_large_does_not_keep_smaller_ones_behind_it_out() => Assert.Equal(
        "a InQuota, b OverQuota, c InQuota",
        Written(QuotaStandings.Of(Of("ns", "gpu 10"), Pods("a 1995 p0 gpu 4 | b 1996 p0 gpu 7 | c 1997 p0 gpu 6"))));

    [Fact]
    public void Every_resource_of_min_counts_and_no_other_does()
    {
        var quota = Of("ns", "cpu 4, gpu 1", "memory 1");

        Assert.Equal("a InQuota, b OverQuota, c OverQuota, d InQuota", Written(QuotaStandings.Of(quota, Pods(
            "a 1995 p0 cpu 2,gpu 1,memory 50 | b 1996 p0 cpu 1,gpu 1 | c 1997 p0 cpu 3 | d 1998 p0 cpu 2,ephemeral-storage 9"))));
    }

    [Fact]
    public void Who_wants_nothing_that_min_names_is_in_quota_even_of_a_quota_without_min() =>
        Assert.Equal("a InQuota", Written(QuotaStandings.Of(Of("ns", null, "cpu 1"), Pods("a 1995 p0 cpu 5"))));

    [Fact]
    public void Sums_beyond_64_bits_are_over_the_largest_min() => Assert.Equal(
        "a InQuota, b OverQuota",
        Written(QuotaStandings.Of(Of("ns", $"cpu {long.MaxValue}"), Pods($"a 1995 p0 cpu {long.MaxValue} | b 1996 p0 cpu 1"))));

    private static string Written(IReadOnlyList<(QuotaPod Pod, QuotaStanding Standing)> standings) =>
        string.Join(", ", standings.Select(standing => $"{standing.Pod.Name} {standing.Standing}"));

    private static QuotaPod[] Pods(string pods) => [.. pods.Split(" | ", StringSplitOptions.RemoveEmptyEntries).Select(pod => pod.Split(' ', 4)).Select(pod => new QuotaPod(
        $"uid-{pod[0]}", "ns", pod[0], new DateTimeOffset(int.Parse(pod[1]), 1, 1, 0, 0, 0, TimeSpan.Zero), int.Parse(pod[2][1..]), Amounts(pod.ElementAtOrDefault(3))))];
}
