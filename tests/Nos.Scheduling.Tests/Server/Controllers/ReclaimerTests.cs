using System.Net;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class ReclaimerTests : IDisposable
{
    private readonly ReclaimCluster cluster = new("n1");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task The_documents_example_costs_exactly_one_over_quota_pod_of_B()
    {
        await DocumentsExampleAsync();

        await cluster.RoundAsync("new");

        Assert.Equal("b4", await cluster.TerminatingAsync());
        Assert.Equal(["PATCH pods/new", "POST pods/b4/eviction"], cluster.Writes);
        Assert.Equal(["R2"], cluster.Counted);
        Assert.Equal("b4 R2 ElasticQuota b/q", Victims(await cluster.ClaimAsync("new")));
        Assert.Contains("rule R2", Told("Reclaimed").Message, StringComparison.Ordinal);
        Assert.Contains("ElasticQuota b/q", Told("Reclaimed").Message, StringComparison.Ordinal);
        Assert.Equal("b4", Told("Reclaimed").Name);
        Assert.Contains("ElasticQuota a/q", Told("WaitingForReclaim").Message, StringComparison.Ordinal);
        Assert.Equal("new", Told("WaitingForReclaim").Name);
    }

    [Fact]
    public async Task Nobody_goes_for_a_pod_that_is_not_entitled()
    {
        // A 50 of 40, B 30 of 10: the shares of C's idle 30 are 15 and 3, and A's would be passed.
        (int A, int B) used = (5, 3);
        Quotas();
        for (var index = 1; index <= used.A; index++)
        {
            await cluster.AddAsync("a", $"a{index}", 10, "n1");
        }

        for (var index = 1; index <= used.B; index++)
        {
            await cluster.AddAsync("b", $"b{index}", 10, "n1");
        }

        await cluster.AddAsync("a", "new", 10);
        await cluster.RoundAsync("new");

        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task The_room_is_kept_for_the_preemptor_and_for_nobody_else()
    {
        await DocumentsExampleAsync();
        await cluster.AddAsync("free", "thief", 10);
        await cluster.RoundAsync("new");
        Assert.Equal(Misfit.WaitingForReclaim, (await cluster.FilterAsync("new"))["n1"]);

        await cluster.EndAsync("b4");
        await cluster.SyncAsync();

        Assert.Null(await cluster.ScheduleAsync("thief"));
        Assert.Equal("n1", await cluster.ScheduleAsync("new"));
        await cluster.RoundAsync();
        Assert.Null(await cluster.ClaimAsync("new"));
        Assert.Null(await cluster.ScheduleAsync("thief"));
    }

    [Fact]
    public async Task The_scheduler_is_woken_when_the_room_is_there()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Woken);

        await cluster.EndAsync("b4");
        await cluster.RoundAsync();
        await cluster.RoundAsync();

        Assert.Equal(["n1"], cluster.Woken);
    }

    [Fact]
    public async Task A_victim_that_takes_its_time_is_waited_for_without_another_eviction()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync("new");

        for (var second = 0; second < 1000; second += 10)
        {
            cluster.Clock.Advance(10);
            await cluster.RoundAsync("new");
        }

        Assert.Equal(["b4"], cluster.Evictions);
        Assert.True((await cluster.ClaimAsync("new"))!.Until > cluster.Clock.GetUtcNow());
    }

    [Fact]
    public async Task Room_made_in_vain_is_given_up_after_its_time_and_the_pod_rests_longer_each_time()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync("new");
        await cluster.EndAsync("b4");
        await cluster.RoundAsync();
        await cluster.AddAsync("b", "b5", 10);

        cluster.Clock.Advance(121);
        await cluster.RoundAsync("new");
        Assert.True((await cluster.ClaimAsync("new"))!.IsRest);
        Assert.Equal("n1", await cluster.ScheduleAsync("b5"));

        cluster.Clock.Advance(100);
        await cluster.RoundAsync("new");
        Assert.Equal(["b4"], cluster.Evictions);

        cluster.Clock.Advance(21);
        await cluster.RoundAsync("new");
        Assert.Equal(["b4", "b5"], cluster.Evictions);
        Assert.Equal(1, (await cluster.ClaimAsync("new"))!.Tries);

        await cluster.EndAsync("b5");
        await cluster.RoundAsync();
        cluster.Clock.Advance(121);
        await cluster.RoundAsync();
        var rest = (await cluster.ClaimAsync("new"))!;
        Assert.Equal((true, 2, TimeSpan.FromMinutes(4)), (rest.IsRest, rest.Tries, rest.Until - cluster.Clock.GetUtcNow()));
    }

    [Fact]
    public async Task A_new_leader_goes_on_with_a_claim_and_evicts_nobody_twice()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync("new");

        await RestartAsync();
        Assert.Equal("n1", cluster.State.FindClaim((await cluster.FindAsync("new"))!.Metadata.Uid!)!.Node);
        await cluster.RoundAsync("new");
        await cluster.EndAsync("b4");
        await cluster.RoundAsync("new");

        Assert.Equal(["b4"], cluster.Evictions);
        Assert.Equal("n1", await cluster.ScheduleAsync("new"));
    }

    [Fact]
    public async Task A_leader_that_dies_between_claim_and_eviction_leaves_the_eviction_to_the_next()
    {
        await DocumentsExampleAsync();
        cluster.Refuses = asked => asked.EndsWith("/eviction", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable : null;
        await Assert.ThrowsAsync<KubeApiException>(() => cluster.RoundAsync("new"));
        Assert.NotNull(await cluster.ClaimAsync("new"));
        cluster.Refuses = _ => null;

        await RestartAsync();
        await cluster.RoundAsync("new");
        await cluster.RoundAsync("new");

        Assert.Equal(["b4"], cluster.Evictions);
    }

    [Fact]
    public async Task A_pod_that_rests_rests_on_under_a_new_leader()
    {
        await DocumentsExampleAsync();
        await cluster.AnnotateAsync("a", "new", new ReclaimClaim("", "", [], cluster.Clock.GetUtcNow(), cluster.Clock.GetUtcNow().AddMinutes(8), 3).ToString());
        await RestartAsync();

        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Evictions);

        cluster.Clock.Advance(481);
        await cluster.RoundAsync("new");
        await cluster.RoundAsync("new");
        Assert.Equal(["b4"], cluster.Evictions);
        Assert.Equal(3, (await cluster.ClaimAsync("new"))!.Tries);
    }

    [Theory]
    [InlineData("c", 1, 60)]
    [InlineData("a", 100, 60)]
    [InlineData("a", 1, 100_000)]
    public async Task A_claim_that_cannot_be_true_is_not_taken_over(string space, int gb, int seconds)
    {
        Quotas();
        cluster.Quota("c", 0, max: 1);
        await cluster.AddAsync(space, "forger", space == "c" ? 10 : gb);
        await cluster.AnnotateAsync(space, "forger", new ReclaimClaim("n1", "main=0/80gb#1", [], cluster.Clock.GetUtcNow(), cluster.Clock.GetUtcNow().AddSeconds(seconds), 0).ToString());

        await RestartAsync();

        Assert.Equal(0, cluster.State.Current.Find("n1")!.Gpus[0].HeldGB);
    }

    [Fact]
    public async Task After_a_budgets_refusal_the_next_best_goes()
    {
        await DocumentsExampleAsync();
        cluster.Budget("b", "b4", allowed: 1);
        cluster.Refuses = asked => asked == "POST pods/b4/eviction" ? HttpStatusCode.TooManyRequests : null;

        await cluster.RoundAsync("new");
        await cluster.RoundAsync("new");

        Assert.Equal("b3", await cluster.TerminatingAsync());
        Assert.Equal("b3", Victims(await cluster.ClaimAsync("new")).Split(' ')[0]);
    }

    [Fact]
    public async Task A_pod_under_an_exhausted_budget_is_spared_where_another_will_do()
    {
        await DocumentsExampleAsync();
        cluster.Budget("b", "b4", allowed: 0);

        await cluster.RoundAsync("new");

        Assert.Equal("b3", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task Where_budgets_hold_everybody_they_are_asked_again_until_the_grace_is_over_and_then_passed_over()
    {
        await DocumentsExampleAsync();
        foreach (var app in new[] { "b2", "b3", "b4" })
        {
            cluster.Budget("b", app, allowed: 0);
        }

        for (var second = 0; second < 595; second += 5)
        {
            await cluster.RoundAsync("new");
            Assert.Equal("", await cluster.TerminatingAsync());
            cluster.Clock.Advance(5);
        }

        Assert.True((await cluster.ClaimAsync("new"))!.Until > cluster.Clock.GetUtcNow());
        cluster.Clock.Advance(10);
        await cluster.RoundAsync("new");
        await cluster.RoundAsync("new");

        Assert.Equal("b4", await cluster.TerminatingAsync());
        Assert.Contains("disruption budget", Told("Reclaimed").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grace_of_zero_waits_for_budgets_for_ever()
    {
        cluster.Grace = TimeSpan.Zero;
        cluster.Restart();
        await DocumentsExampleAsync();
        foreach (var app in new[] { "b2", "b3", "b4" })
        {
            cluster.Budget("b", app, allowed: 0);
        }

        for (var minute = 0; minute < 120; minute++)
        {
            await cluster.RoundAsync("new");
            cluster.Clock.Advance(60);
        }

        Assert.Equal("", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task Two_preemptors_are_served_side_by_side_each_by_victims_of_its_own()
    {
        Quotas();
        for (var index = 1; index <= 8; index++)
        {
            await cluster.AddAsync("b", $"b{index}", 10, "n1");
        }

        await cluster.AddAsync("a", "new1", 10);
        await cluster.AddAsync("a", "new2", 10);
        await cluster.RoundAsync("new1", "new2");
        await cluster.RoundAsync("new1", "new2");

        Assert.Equal("b7 b8", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task What_is_claimed_for_one_pod_counts_as_used_when_the_next_is_judged()
    {
        // A may have 10 more: the second pod would be above its min, and nothing is lent.
        Quotas();
        cluster.Quota("c", 0);
        for (var index = 1; index <= 3; index++)
        {
            await cluster.AddAsync("a", $"a{index}", 10, "n1");
        }

        for (var index = 1; index <= 5; index++)
        {
            await cluster.AddAsync("b", $"b{index}", 10, "n1");
        }

        await cluster.AddAsync("a", "new1", 10);
        await cluster.AddAsync("a", "new2", 10);
        await cluster.RoundAsync("new1", "new2");
        await cluster.RoundAsync("new1", "new2");

        Assert.Equal("b5", await cluster.TerminatingAsync());
        Assert.Equal(Misfit.NothingToBorrow, (await cluster.FilterAsync("new2"))["n1"]);
        Assert.Equal(Misfit.WaitingForReclaim, (await cluster.FilterAsync("new1"))["n1"]);
    }

    [Fact]
    public async Task A_preemptor_that_is_gone_claims_nothing_and_costs_nobody_more()
    {
        await DocumentsExampleAsync();
        cluster.Refuses = asked => asked.EndsWith("/eviction", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable : null;
        await Assert.ThrowsAsync<KubeApiException>(() => cluster.RoundAsync("new"));
        cluster.Refuses = _ => null;

        await cluster.EndAsync("new");
        await cluster.RoundAsync();

        Assert.Equal("", await cluster.TerminatingAsync());
        Assert.False(cluster.State.HasClaims);
    }

    [Fact]
    public async Task A_claim_that_cannot_be_taken_off_its_pod_stops_nobody_else()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync("new");
        await cluster.EndAsync("b4");
        await cluster.SyncAsync();
        await cluster.ScheduleAsync("new");
        cluster.Refuses = asked => asked == "PATCH pods/new" ? HttpStatusCode.Forbidden : null;
        cluster.Quota("a", 60);

        await cluster.AddAsync("a", "next", 10);
        await Assert.ThrowsAsync<KubeApiException>(() => cluster.RoundAsync("next"));

        Assert.Equal("b3", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task A_victim_that_a_webhook_keeps_is_passed_over_for_the_next_best()
    {
        await DocumentsExampleAsync();
        cluster.Refuses = asked => asked == "POST pods/b4/eviction" ? HttpStatusCode.Forbidden : null;

        await Assert.ThrowsAsync<KubeApiException>(() => cluster.RoundAsync("new"));
        await cluster.RoundAsync("new");

        Assert.Equal("b3", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task A_quota_that_changes_between_claim_and_eviction_saves_who_is_within_it_by_then()
    {
        await DocumentsExampleAsync();
        cluster.Refuses = asked => asked.EndsWith("/eviction", StringComparison.Ordinal) ? HttpStatusCode.ServiceUnavailable : null;
        await Assert.ThrowsAsync<KubeApiException>(() => cluster.RoundAsync("new"));
        cluster.Refuses = _ => null;

        cluster.Quota("b", 40);
        await cluster.RoundAsync("new");

        Assert.Equal("", await cluster.TerminatingAsync());
        Assert.False(cluster.State.HasClaims);
    }

    [Fact]
    public async Task A_quota_that_changes_entitles_at_once_who_was_refused_a_moment_ago()
    {
        await DocumentsExampleAsync();
        cluster.Quota("c", 0);
        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Writes);

        cluster.Quota("a", 50);
        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Writes);
        cluster.Reclaimer.Hurry();
        await cluster.RoundAsync("new");

        Assert.Equal("b4", await cluster.TerminatingAsync());
        Assert.Equal(["R1"], cluster.Counted);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("foreign")]
    [InlineData("scheduled")]
    [InlineData("unasked")]
    public async Task Nobody_makes_way_for_a_pod_that_may_not_preempt_is_not_ours_or_has_not_been_tried(string why)
    {
        await DocumentsExampleAsync(pod => pod with
        {
            Spec = pod.Spec with
            {
                PreemptionPolicy = why == "never" ? "Never" : null,
                SchedulerName = why == "foreign" ? "others" : null,
                NodeName = why == "scheduled" ? "n9" : null,
            },
        });

        await cluster.RoundAsync(why == "unasked" ? [] : ["new"]);

        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task Where_it_is_not_known_what_the_scheduler_offers_it_is_given_time_to_ask_and_then_all_nodes_count()
    {
        await DocumentsExampleAsync();
        await cluster.RoundAsync();
        Assert.Empty(cluster.Writes);

        cluster.Clock.Advance(11);
        await cluster.RoundAsync();

        Assert.Equal("b4", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task A_scheduler_that_makes_room_itself_is_not_competed_with()
    {
        await DocumentsExampleAsync();
        await cluster.NominateAsync("a", "new", "n1");

        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Evictions);

        cluster.Clock.Advance(11);
        await cluster.RoundAsync("new");
        Assert.Equal(["b4"], cluster.Evictions);
    }

    [Fact]
    public async Task Room_that_the_scheduler_makes_itself_is_kept_for_its_pod_too()
    {
        await DocumentsExampleAsync();
        await cluster.AddAsync("free", "thief", 10);
        await cluster.NominateAsync("a", "new", "n1");
        await cluster.TellToGoAsync("b", "b4");

        await cluster.RoundAsync("new");
        await cluster.EndAsync("b4");
        await cluster.SyncAsync();

        Assert.Empty(cluster.Evictions);
        Assert.Null(await cluster.ScheduleAsync("thief"));
        Assert.Equal("n1", await cluster.ScheduleAsync("new"));
    }

    [Fact]
    public async Task Pods_without_quota_are_no_victims_unless_the_operator_says_so()
    {
        Quotas();
        for (var index = 1; index <= 8; index++)
        {
            await cluster.AddAsync("free", $"f{index}", 10, "n1");
        }

        await cluster.AddAsync("a", "new", 10);
        await cluster.RoundAsync("new");
        Assert.Empty(cluster.Writes);

        cluster.ReclaimsUnquoted = true;
        await RestartAsync();
        await cluster.RoundAsync("new");
        Assert.Equal("f8", await cluster.TerminatingAsync());
    }

    [Fact]
    public async Task Two_teams_that_fight_over_one_GPU_for_ten_minutes_evict_each_pod_once_at_most_and_lose_no_guarantee()
    {
        Quotas();
        cluster.Quota("a", 40);
        cluster.Quota("b", 40);
        cluster.Quota("c", 0);
        var random = new Random(1125);
        var count = 0;
        var guaranteed = new List<string>();
        for (var second = 0; second < 600; second += 3)
        {
            // Each team always has more pods than fit; some end by themselves, and now and then the leader dies.
            foreach (var team in new[] { "a", "b" })
            {
                if ((await cluster.PodsAsync()).Count(pod => pod.Metadata.Namespace == team && pod.Spec.NodeName is null) < 3)
                {
                    await cluster.AddAsync(team, $"{team}{count++}", random.Next(3) == 0 ? 20 : 10);
                }
            }

            foreach (var pod in (await cluster.PodsAsync()).Where(pod => pod.Spec.NodeName is not null && random.Next(40) == 0).ToArray())
            {
                await cluster.EndAsync(pod.Metadata.Name);
            }

            foreach (var pod in (await cluster.PodsAsync()).Where(pod => pod.Metadata.DeletionTimestamp is not null && random.Next(3) == 0).ToArray())
            {
                await cluster.EndAsync(pod.Metadata.Name);
            }

            await cluster.SyncAsync();
            if (random.Next(50) == 0)
            {
                await RestartAsync();
            }

            foreach (var pod in (await cluster.PodsAsync()).Where(pod => pod.Spec.NodeName is null && pod.Metadata.DeletionTimestamp is null).OrderBy(_ => random.Next()).ToArray())
            {
                await cluster.ScheduleAsync(pod.Metadata.Name);
            }

            var fails = random.Next(20) == 0;
            cluster.Refuses = asked =>
            {
                if (!asked.EndsWith("/eviction", StringComparison.Ordinal))
                {
                    return null;
                }

                guaranteed.AddRange(InQuota(asked.Split('/')[1]));
                return fails ? HttpStatusCode.ServiceUnavailable : null;
            };
            try
            {
                await cluster.Reclaimer.RoundAsync(default);
            }
            catch (KubeApiException)
            {
                // As the loop does: the next round tries again.
            }

            cluster.Refuses = _ => null;
            var pods = await cluster.PodsAsync();
            Assert.True(pods.Where(pod => pod.Spec.NodeName is not null).Sum(pod => Nos.Scheduling.Cluster.State.PodDemands.Of(pod).Slices[0].Resource.MemoryGB) <= ReclaimCluster.GpuGB);
            cluster.Clock.Advance(3);
        }

        var evicted = cluster.Evictions.ToList();
        Assert.NotEmpty(evicted);
        Assert.Empty(guaranteed);
        Assert.Equal(evicted.Count, evicted.Distinct().Count());
    }

    /// <summary>The pod's name where its quota guarantees it what it has, at this moment.</summary>
    private IEnumerable<string> InQuota(string name)
    {
        var pod = cluster.State.Bound().Single(pod => pod.Name == name);
        var pods = cluster.State.BoundIn(pod.Namespace)
            .Select(one => new QuotaPod(one.Uid, one.Namespace, one.Name, one.Created!.Value, one.Priority, cluster.State.RequestOf(one)));
        return QuotaStandings.Of(cluster.State.Ledger.RulerOf(pod.Namespace)!, pods).Where(one => one.Pod.Name == name && one.Standing == QuotaStanding.InQuota).Select(_ => name);
    }

    private static string Victims(ReclaimClaim? claim) => string.Join(", ", claim!.Victims.Select(victim => $"{victim.Name} {victim.Rule} {victim.Quota}"));

    private PodEvent Told(string reason) => cluster.Told.Single(told => told.Reason == reason);

    private void Quotas()
    {
        cluster.Quota("a", 40);
        cluster.Quota("b", 10);
        cluster.Quota("c", 30);
    }

    /// <summary>80 GB; A (min 40) has 40, B (min 10) has 40, C (min 30) nothing. Of C's idle 30 A may have 15, so that it may have 10 more; B, which may have 3, has 30.</summary>
    private async Task DocumentsExampleAsync(Func<PodDocument, PodDocument>? with = null)
    {
        Quotas();
        for (var index = 1; index <= 4; index++)
        {
            await cluster.AddAsync("a", $"a{index}", 10, "n1");
        }

        for (var index = 1; index <= 4; index++)
        {
            await cluster.AddAsync("b", $"b{index}", 10, "n1");
        }

        await cluster.AddAsync("a", "new", 10, with: with);
    }

    private async Task RestartAsync()
    {
        cluster.Restart();
        await cluster.SyncAsync();
        cluster.Reclaimer.Adopt();
    }
}
