using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;

namespace Nos.Scheduling.Tests.Cluster.Leading;

public sealed class LeaseRulesTests
{
    private static readonly ElectionSettings Me = new("nos-system", "nos", "me", TimeSpan.FromSeconds(10));

    [Theory]
    [InlineData("other", 10, 9.9, LeaseStep.Wait)]
    [InlineData("other", 10, 10, LeaseStep.Take)]
    [InlineData("other", 60, 59, LeaseStep.Wait)]
    [InlineData("other", 60, 60, LeaseStep.Take)]
    [InlineData("other", 1, 2, LeaseStep.Take)]
    [InlineData("other", 0, 9.9, LeaseStep.Wait)]
    [InlineData("other", -5, 9.9, LeaseStep.Wait)]
    [InlineData("other", null, 9.9, LeaseStep.Wait)]
    [InlineData("", 10, 0, LeaseStep.Take)]
    [InlineData(null, 10, 0, LeaseStep.Take)]
    [InlineData("me", 10, 0, LeaseStep.Resume)]
    [InlineData("me", 10, 100, LeaseStep.Resume)]
    public void Takes_what_nobody_holds_or_what_has_not_changed_for_as_long_as_its_holder_said(string? holder, int? seconds, double unchanged, object expected)
    {
        var lease = new LeaseSpec { HolderIdentity = holder, LeaseDurationSeconds = seconds };

        Assert.Equal(expected, LeaseRules.Next(lease, lease, TimeSpan.FromSeconds(unchanged), Me));
    }

    [Theory]
    [InlineData("2001-01-01T00:00:00.000000Z")]
    [InlineData("2101-01-01T00:00:00.000000Z")]
    [InlineData("yesterday")]
    [InlineData(null)]
    public void Believes_no_time_that_is_written_in_it(string? renewed)
    {
        var lease = new LeaseSpec { HolderIdentity = "other", LeaseDurationSeconds = 10, RenewTime = renewed, AcquireTime = renewed };

        Assert.Equal(LeaseStep.Wait, LeaseRules.Next(lease, lease, TimeSpan.FromSeconds(9), Me));
        Assert.Equal(LeaseStep.Take, LeaseRules.Next(lease, lease, TimeSpan.FromSeconds(10), Me));
    }

    [Fact]
    public void Creates_one_where_there_is_none_but_honours_one_that_was_deleted_by_hand()
    {
        var before = new LeaseSpec { HolderIdentity = "other", LeaseDurationSeconds = 10 };

        Assert.Equal(LeaseStep.Create, LeaseRules.Next(null, null, TimeSpan.Zero, Me));
        Assert.Equal(LeaseStep.Wait, LeaseRules.Next(null, before, TimeSpan.FromSeconds(9), Me));
        Assert.Equal(LeaseStep.Create, LeaseRules.Next(null, before, TimeSpan.FromSeconds(10), Me));
        Assert.Equal(LeaseStep.Create, LeaseRules.Next(null, before with { HolderIdentity = "me" }, TimeSpan.Zero, Me));
    }

    [Fact]
    public void Times_are_client_gos_for_ten_seconds_and_scale_with_the_lease()
    {
        Assert.Equal((7, 2, 3.5, 5), (Me.RenewDeadline.TotalSeconds, Me.RetryPeriod.TotalSeconds, Me.AttemptTimeout.TotalSeconds, Me.WriteTimeout.TotalSeconds));
        Assert.Equal(21, (Me with { Duration = TimeSpan.FromSeconds(30) }).RenewDeadline.TotalSeconds);
        Assert.Equal("nos-system/nos", Me.Lease);
    }
}
