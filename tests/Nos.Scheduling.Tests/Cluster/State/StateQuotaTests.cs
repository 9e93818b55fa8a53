using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class StateQuotaTests
{
    private const string GpuMemory = "nos.nebuly.com/gpu-memory";
    private const string TenGB = "nvidia.com/mig-1g.10gb";
    private readonly ManualClock clock = new();
    private readonly ClusterState state;
    private readonly DateTimeOffset later;

    public StateQuotaTests()
    {
        state = new ClusterState(clock);
        later = clock.GetUtcNow().AddMinutes(2);
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node()], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode([], [])], []));
    }

    private long Used => state.Ledger.UsedIn("team")[GpuMemory];

    [Fact]
    public void A_quota_created_after_its_pods_counts_them_at_once()
    {
        Pods(Pod("a", "n1"), Pod("b", "n1"), Pod("waits"), Pod("ended", "n1", "Succeeded"));

        Quota("40");

        Assert.Equal(20, Used);
    }

    [Fact]
    public void An_edited_quota_is_followed_at_once_and_a_deleted_one_judges_nobody()
    {
        Quota("10", max: "10");
        Pods(Pod("a", "n1"));
        Assert.Equal(QuotaVerdictKind.QuotaMaxExceeded, Judge("p"));

        Quota("20", max: "20");
        Assert.Equal(QuotaVerdictKind.WithinMin, Judge("p"));

        state.Apply(new InformerEvent<ElasticQuotaDocument>(false, [], [Document("20", "20")]));
        Assert.Equal(QuotaVerdictKind.Unjudged, Judge("p"));
        Assert.Equal(0, Used);
    }

    [Fact]
    public void A_list_of_one_kind_says_nothing_of_the_other()
    {
        Quota("40");
        state.Apply(new InformerEvent<CompositeElasticQuotaDocument>(true, [], []));
        Assert.Single(state.Ledger.Quotas);

        state.Apply(new InformerEvent<ElasticQuotaDocument>(true, [], []));
        Assert.Empty(state.Ledger.Quotas);
    }

    [Fact]
    public void A_pod_counts_from_its_reservation_until_it_has_ended_without_a_gap_and_never_twice()
    {
        Quota("40");
        var pod = PodRecords.Of(Pod("p"))!;
        Pods(Pod("p"));
        Assert.Equal(0, Used);

        state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later);
        Assert.Equal(10, Used);

        Pods(Pod("p", "n1"));
        Assert.Equal(10, Used);

        Pods(Pod("p", "n1", "Failed"));
        Assert.Equal(0, Used);
    }

    [Fact]
    public void A_place_that_is_given_up_or_run_out_counts_no_more()
    {
        Quota("40");
        state.Reserve(PodRecords.Of(Pod("a"))!, "n1", PlacementPolicy.Fragmentation, later);
        state.Reserve(PodRecords.Of(Pod("b"))!, "n1", PlacementPolicy.Fragmentation, later);
        Assert.Equal(20, Used);

        state.Release("uid-a");
        Assert.Equal(10, Used);

        clock.Advance(121);
        state.Tick();
        Assert.Equal(0, Used);
    }

    [Fact]
    public void What_a_pod_asked_for_again_has_already_does_not_stand_against_it()
    {
        Quota("10", max: "10");
        var pod = PodRecords.Of(Pod("p"))!;
        Pods(Pod("p"));
        state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later);

        Assert.Equal(QuotaVerdictKind.WithinMin, Judge("p"));
        Assert.NotNull(state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Reservation);
        Assert.Equal(QuotaVerdictKind.QuotaMaxExceeded, Judge("other"));
    }

    [Fact]
    public void Fifty_binds_at_once_do_not_pass_a_max_together()
    {
        Quota("30", max: "70");
        state.Apply(new InformerEvent<ElasticQuotaDocument>(false, [Document("500", "", "lender")], []));

        var answers = Enumerable.Range(0, 50).AsParallel().WithDegreeOfParallelism(16)
            .Select(index => state.Reserve(PodRecords.Of(Pod($"p{index}"))!, "n1", PlacementPolicy.Fragmentation, later))
            .ToArray();

        Assert.Equal(7, answers.Count(answer => answer.Reservation is not null));
        Assert.All(answers.Where(answer => answer.Reservation is null), answer => Assert.Equal(Misfit.QuotaMaxExceeded, answer.Misfit));
        Assert.Equal(70, Used);
    }

    [Fact]
    public void Fifty_binds_at_once_do_not_borrow_more_than_is_lent()
    {
        Quota("20");
        state.Apply(new InformerEvent<ElasticQuotaDocument>(false, [Document("30", "", "lender")], []));
        Pods(Pod("lent", "n1", space: "lender"), Pod("lent2", "n1", space: "lender"));

        var answers = Enumerable.Range(0, 50).AsParallel().WithDegreeOfParallelism(16)
            .Select(index => state.Reserve(PodRecords.Of(Pod($"p{index}"))!, "n1", PlacementPolicy.Fragmentation, later))
            .ToArray();

        Assert.Equal(3, answers.Count(answer => answer.Reservation is not null));
        Assert.All(answers.Where(answer => answer.Reservation is null), answer => Assert.Equal(Misfit.NothingToBorrow, answer.Misfit));
    }

    [Fact]
    public void A_quota_cut_down_while_a_pod_is_on_its_way_refuses_it_at_its_next_bind_and_frees_its_place()
    {
        Quota("10", max: "10");
        var pod = PodRecords.Of(Pod("p"))!;
        state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later);

        Quota("5", max: "5");

        Assert.Equal(Misfit.QuotaMaxExceeded, state.Reserve(pod, "n1", PlacementPolicy.Fragmentation, later).Misfit);
        Assert.Null(state.FindReservation(pod.Uid));
        Assert.Equal(0, Used);
    }

    [Fact]
    public void Amounts_too_large_to_add_up_leave_nothing_behind_when_they_go()
    {
        Quota("40", resource: "memory");
        Pods(Pod("small", "n1", memory: "1Gi"));
        var huge = Enumerable.Range(0, 3).Select(index => Pod($"huge{index}", "n1", memory: "8Ei")).ToArray();

        Pods(huge);
        Assert.Equal(long.MaxValue, state.Ledger.UsedIn("team")["memory"]);

        state.Apply(new InformerEvent<PodDocument>(false, [], huge));
        Assert.Equal(1L << 30, state.Ledger.UsedIn("team")["memory"]);
    }

    [Fact]
    public void However_pods_places_and_quotas_come_and_go_what_is_used_is_what_those_there_ask_for()
    {
        var step = from kind in Gen.Choose(0, 6) from pod in Gen.Choose(0, 11) from dice in Gen.Choose(0, 99) select (kind, pod, dice);
        var steps = Gen.ArrayOf(step, 120);

        Prop.ForAll(Arb.From(steps), given =>
        {
            var (own, pods) = (new StateQuotaTests(), new Dictionary<int, PodDocument>());
            own.Quota("1000");
            own.state.Apply(new InformerEvent<CompositeElasticQuotaDocument>(false, [Quotas.Quotas.OfSeveral("home/c", "a b", "memory=1Gi nos.nebuly.com/gpu-memory=10")], []));
            foreach (var (kind, index, dice) in given)
            {
                own.Step(kind, index, dice, pods);
                var there = Enumerable.Range(0, 12).Where(pod => IsThere(own.state, pods, pod)).ToList();
                Assert.Equal(there.Count(pod => pod % 3 != 2) * 10, own.state.Ledger.UsedIn("a")[GpuMemory]);
                Assert.Equal(
                    (long)Int128.Min(long.MaxValue, there.Where(pod => pod % 3 != 2).Aggregate((Int128)0, (sum, pod) => sum + MemoryOf(pod))),
                    own.state.Ledger.UsedIn("b")["memory"]);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    private static bool IsThere(ClusterState state, Dictionary<int, PodDocument> pods, int index) =>
        state.FindReservation($"uid-{index}") is not null
        || (pods.GetValueOrDefault(index) is { } pod && pod.Spec.NodeName is not null && pod.Status.Phase == "Running");

    /// <summary>Some ask for so much that their sum is beyond all numbers.</summary>
    private static long MemoryOf(int index) => index % 4 == 3 ? long.MaxValue : 1L << (30 + index);

    private static string SpaceOf(int index) => (index % 3) switch { 0 => "a", 1 => "b", _ => "unruled" };

    private void Step(int kind, int index, int dice, Dictionary<int, PodDocument> pods)
    {
        PodDocument Made(string? node, string phase) => Pod($"{index}", node, phase, SpaceOf(index), MemoryOf(index).ToString(CultureInfo.InvariantCulture));
        switch (kind)
        {
            case 0:
                state.Apply(new InformerEvent<PodDocument>(false, [], [pods.GetValueOrDefault(index) ?? Made(null, "Pending")]));
                pods.Remove(index);
                break;
            case 1:
                state.Apply(new InformerEvent<PodDocument>(true, [.. pods.Values], []));
                break;
            case 2:
                // By a plan or by a bind: of which nothing may be left behind either.
                Pods(pods[index] = Made(null, "Pending"));
                state.Reserve(PodRecords.Of(pods[index])!, "n1", PlacementPolicy.FirstFit, clock.GetUtcNow().AddSeconds(dice));
                break;
            case 3:
                clock.Advance(dice);
                state.Tick();
                break;
            case 4:
                state.Apply(new InformerEvent<CompositeElasticQuotaDocument>(
                    true, [Quotas.Quotas.OfSeveral("home/c", "a b", $"memory={dice}Gi nos.nebuly.com/gpu-memory={dice}")], []));
                break;
            default:
                Pods(pods[index] = Made("n1", dice < 80 ? "Running" : "Succeeded"));
                break;
        }
    }

    private QuotaVerdictKind Judge(string name) => state.Judge(PodRecords.Of(Pod(name))!).Kind;

    private void Pods(params PodDocument[] pods) => state.Apply(new InformerEvent<PodDocument>(false, pods, []));

    private void Quota(string min, string max = "", string space = "team", string resource = GpuMemory) =>
        state.Apply(new InformerEvent<ElasticQuotaDocument>(false, [Document(min, max, space, resource)], []));

    private static ElasticQuotaDocument Document(string min, string max = "", string space = "team", string resource = GpuMemory) =>
        Quotas.Quotas.OfOne($"{space}/quota", $"{resource}={min}", max.Length == 0 ? "" : $"{resource}={max}");

    private static PodDocument Pod(string name, string? node = null, string phase = "Pending", string space = "team", string memory = "0")
    {
        var pod = Facts.Pod(name, node, null, phase, (TenGB, 1));
        return pod with
        {
            Metadata = pod.Metadata with { Namespace = space, Uid = $"uid-{name}" },
            Spec = pod.Spec with
            {
                Containers = [pod.Spec.Containers[0] with { Resources = pod.Spec.Containers[0].Resources! with { Requests = new() { ["memory"] = new(memory) } } }],
            },
        };
    }
}
