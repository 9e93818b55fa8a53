using Nos.Scheduling.Server.Composition;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Server.Composition;

public sealed class QuotaLookTests
{
    [Fact]
    public void Within_a_second_the_same_is_told_and_after_it_what_is_so_by_then()
    {
        var (cluster, clock, looks) = (new QuotaCluster(), new ManualClock(), 0);
        var look = new QuotaLook(() => { looks++; return cluster.Views; }, clock);
        Assert.Empty(look.Recent());

        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", "cpu=1"));
        clock.Advance(1);
        Assert.Empty(look.Recent());

        clock.Advance(1);
        Assert.Single(look.Recent());
        Assert.Equal(2, looks);
    }
}
