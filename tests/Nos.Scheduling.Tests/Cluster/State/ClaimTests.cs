using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.State;

/// <summary>Room that others make way for is kept as it comes free, and for nobody else. Drawings as in <see cref="Facts.Drawn"/>; <c>#</c>: held, whoever it is for.</summary>
public sealed class ClaimTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string ThreeG = "nvidia.com/mig-3g.40gb";
    private readonly ManualClock clock = new();
    private readonly ClusterState state;

    public ClaimTests()
    {
        state = new ClusterState(clock);
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node(count: "1")], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1")], []));
    }

    private Gpu Gpu => state.Current.Find("n1")!.Gpus[0];

    [Fact]
    public void Room_is_kept_from_the_first_part_that_comes_free_to_the_last()
    {
        Use("0/1g.10gb@0=Used:a", "0/1g.10gb@1=Used:b");
        Wait("big", ThreeG);
        Claim("big", "main=0/3g.40gb@0", "a", "b");
        Assert.Equal("####....", Gpu.Draw());
        Assert.False(state.HasClaimedRoom("uid-big"));

        Use("0/1g.10gb@0=Free", "0/1g.10gb@1=Used:b");
        Assert.Equal("####....", Gpu.Draw());
        Assert.NotEqual(Misfit.None, Fit(ThreeG, at: 0));
        Assert.False(state.HasClaimedRoom("uid-big"));

        Use("0/1g.10gb@0=Free", "0/1g.10gb@1=Free");
        Assert.Equal("rrrr....", Facts.Drawn(Gpu));
        Assert.True(state.HasClaimedRoom("uid-big"));
        Assert.Equal("n1", state.KeptOn("uid-big"));
    }

    [Fact]
    public void Nobody_else_gets_the_room_and_its_pod_does()
    {
        Use("0/1g.10gb@0=Free", "0/1g.10gb@1=Free", "0/1g.10gb@2=Used:x", "0/1g.10gb@3=Used:y", "0/3g.40gb@4=Used:z");
        Wait("p", OneG);
        Wait("thief", OneG);
        Wait("third", OneG);
        Claim("p", "main=0/1g.10gb@1");

        Assert.Equal(0, state.Reserve(Record("thief", OneG), "n1", PlacementPolicy.FirstFit, Later).Reservation!.Placement.Slices[0].Shape.Start);
        Assert.Equal(Misfit.NoOpenPlacement, state.Reserve(Record("third", OneG), "n1", PlacementPolicy.FirstFit, Later).Misfit);
        Assert.Equal(1, state.Reserve(Record("p", OneG), "n1", PlacementPolicy.FirstFit, Later).Reservation!.Placement.Slices[0].Shape.Start);
        Assert.Equal("rruuuuuu", Facts.Drawn(Gpu));
    }

    [Fact]
    public void The_room_goes_with_the_claim_and_the_claim_with_its_pod()
    {
        Use();
        Wait("p", ThreeG);
        Claim("p", "main=0/3g.40gb@0");
        Assert.Equal("rrrr....", Facts.Drawn(Gpu));

        state.SetClaim("uid-p", null);
        Assert.Equal("........", Facts.Drawn(Gpu));

        Claim("p", "main=0/3g.40gb@0");
        state.Apply(new InformerEvent<PodDocument>(false, [], [Facts.Pod("p")]));
        Assert.Equal("........", Facts.Drawn(Gpu));
        Assert.Null(state.FindClaim("uid-p"));
    }

    [Fact]
    public void A_pod_that_does_not_wait_claims_nothing_and_a_new_term_knows_of_no_claim()
    {
        Use();
        Claim("nobody", "main=0/3g.40gb@0");
        Assert.Equal("........", Facts.Drawn(Gpu));

        Wait("p", ThreeG);
        Claim("p", "main=0/3g.40gb@0");
        state.Forget();
        Assert.Equal("........", Facts.Drawn(Gpu));
        Assert.False(state.HasClaims);
    }

    [Theory]
    [InlineData("main=0/7g.80gb@0")]
    [InlineData("main=5/3g.40gb@0")]
    [InlineData("main=0/3g.40gb@1")]
    [InlineData("main=0/90gb#1")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void A_claim_counts_only_as_far_as_the_pod_asks_for_it_and_the_GPU_bears_it_out(string room)
    {
        Use();
        Wait("p", ThreeG);

        Claim("p", room);

        Assert.DoesNotContain('r', Facts.Drawn(Gpu));
        Assert.False(state.HasClaimedRoom("uid-p"));
    }

    [Fact]
    public void MPS_memory_is_kept_as_it_comes_free_and_no_more_than_was_claimed()
    {
        Shares("0/10gb@1=Used:a", "0/10gb@2=Used:b");
        Wait("p", "nvidia.com/gpu-11gb");
        Claim("p", "main=0/11gb#1", "a", "b");
        Assert.Equal(Gpu.Model.UsableGB, Gpu.HeldGB);

        Shares("0/10gb@2=Used:b");
        Assert.Equal(21, Gpu.Model.UsableGB);
        Assert.Equal(21, Gpu.HeldGB);
        Assert.True(state.HasClaimedRoom("uid-p"));

        Shares();
        Assert.Equal(11, Gpu.HeldGB);
        Assert.Contains(Gpu.Slices, slice => slice is { Hold: SliceHold.Reserved, OwnerUid: "uid-p" });
    }

    [Fact]
    public void A_share_whose_number_somebody_else_has_by_now_is_had_under_another()
    {
        Shares("0/10gb@1=Used:a", "0/10gb@2=Used:b");
        Wait("p", "nvidia.com/gpu-10gb");
        Claim("p", "main=0/10gb#2", "a");
        Assert.False(state.HasClaimedRoom("uid-p"));

        Shares("0/10gb@2=Used:b");

        Assert.True(state.HasClaimedRoom("uid-p"));
        Assert.Equal(20, Gpu.HeldGB);
    }

    [Fact]
    public void An_MPS_pod_of_another_uid_gets_its_room_only_when_all_others_have_gone_and_nobody_joins_them()
    {
        Shares("0/5gb@1=Used:a");
        Bind("a", "nvidia.com/gpu-5gb", uid: 7);
        Wait("p", "nvidia.com/gpu-10gb");
        Claim("p", "main=0/10gb#1", "a");

        Assert.Equal(Gpu.Model.UsableGB, Gpu.HeldGB);
        Assert.False(state.HasClaimedRoom("uid-p"));

        state.Apply(new InformerEvent<PodDocument>(false, [], [Facts.Pod("a")]));
        Shares();
        Assert.Equal(10, Gpu.HeldGB);
        Assert.True(state.HasClaimedRoom("uid-p"));
    }

    [Fact]
    public void Cpu_that_others_make_way_for_is_kept_too()
    {
        Use();
        var (preemptor, thief) = (Record("p", cpu: "6"), Record("thief", cpu: "4"));
        state.Apply(new InformerEvent<PodDocument>(false, [Document("p", cpu: "6"), Document("thief", cpu: "4"), Document("victim", cpu: "6", node: "n1")], []));
        Claim("p", "");
        Assert.False(state.HasClaimedRoom("uid-p"));

        state.Apply(new InformerEvent<PodDocument>(false, [], [Document("victim", cpu: "6", node: "n1")]));
        Assert.True(state.HasClaimedRoom("uid-p"));
        Assert.Equal(Misfit.NodeResources, Filter(Document("thief", cpu: "4")));
        Assert.Equal(Misfit.None, Filter(Document("thief", cpu: "2")));
        Assert.Equal(Misfit.NodeResources, state.Reserve(thief, "n1", PlacementPolicy.FirstFit, Later).Misfit);
        Assert.Equal(Misfit.None, Filter(Document("p", cpu: "6")));
        Assert.NotNull(state.Reserve(preemptor, "n1", PlacementPolicy.FirstFit, Later).Reservation);
    }

    [Fact]
    public void The_pod_itself_is_told_that_it_waits_for_others_to_make_way()
    {
        Use("0/7g.80gb@0=Used:a");
        Wait("p", OneG);
        Assert.Equal(Misfit.NoOpenPlacement, Filter(Facts.Pod("p", asks: [(OneG, 1)])));

        Claim("p", "main=0/1g.10gb@3", "a");

        Assert.Equal(Misfit.WaitingForReclaim, Filter(Facts.Pod("p", asks: [(OneG, 1)])));
        Assert.Equal(Misfit.NoOpenPlacement, Filter(Facts.Pod("q", asks: [(OneG, 1)])));
    }

    [Fact]
    public void Without_its_own_claim_the_room_is_as_free_as_it_is_and_others_claims_stay()
    {
        Use();
        Wait("p", ThreeG);
        Wait("q", ThreeG);
        Claim("p", "main=0/3g.40gb@0");
        Claim("q", "main=0/3g.40gb@4");

        Assert.Equal("....rrrr", Facts.Drawn(state.CurrentWithoutClaimOf("uid-p").Find("n1")!.Gpus[0]));
        Assert.Equal("rrrrrrrr", Facts.Drawn(Gpu));
    }

    private DateTimeOffset Later => clock.GetUtcNow().AddMinutes(2);

    private void Claim(string pod, string room, params string[] victims) => state.SetClaim(
        $"uid-{pod}", new ReclaimClaim("n1", room, [.. victims.Select(victim => new ClaimedVictim($"uid-{victim}", "team", victim, "R1"))], clock.GetUtcNow(), Later, 0));

    private void Use(params string[] status) =>
        state.Apply(Facts.GpuNode([.. status.Select(slice => slice.Split('=')[0])], status, gpus: 1));

    private void Shares(params string[] status)
    {
        state.Apply(new InformerEvent<NodeDocument>(false, [Facts.Node(mode: "mps", product: "NVIDIA-A10", count: "1")], []));
        state.Apply(Facts.GpuNode([.. status.Select(slice => slice.Split('=')[0])], status, gpus: 1, mode: "MPS"));
    }

    private void Wait(string name, string resource) => state.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod(name, asks: [(resource, 1)])], []));

    private void Bind(string name, string resource, long uid)
    {
        var pod = Facts.Pod(name, "n1", null, "Running", (resource, 1));
        state.Apply(new InformerEvent<PodDocument>(false, [pod with { Spec = pod.Spec with { SecurityContext = new SecurityContext { RunAsUser = uid } } }], []));
    }

    private static PodRecord Record(string name, string resource = "", string cpu = "") =>
        PodRecords.Of(cpu.Length > 0 ? Document(name, cpu) : Facts.Pod(name, asks: [(resource, 1)]))!;

    private static PodDocument Document(string name, string cpu, string? node = null)
    {
        var pod = Facts.Pod(name, node);
        return pod with
        {
            Spec = pod.Spec with { Containers = [new Container { Name = "main", Resources = new ContainerResources { Requests = new() { ["cpu"] = new(cpu) } } }] },
        };
    }

    private Misfit Filter(PodDocument pod)
    {
        var uid = pod.Metadata.Uid!;
        return FilterVerdict.Of(pod, PodDemands.Of(pod), ["n1"], state.Current, new PodStanding(Misfit.None, state.KeptOn(uid), state.FindClaim(uid)?.Node, state.HasClaims)).Misfits[0];
    }

    private Misfit Fit(string resource, int at) =>
        (Gpu.Open & Gpu.Model.BitOf(resource["nvidia.com/mig-".Length..])) != 0 && !Gpu.Held.Contains(at) ? Misfit.None : Misfit.NoOpenPlacement;
}
