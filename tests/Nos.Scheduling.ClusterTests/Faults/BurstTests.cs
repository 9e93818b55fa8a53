using System.Globalization;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>More pods at once than there is room for, and as many like ones: nobody gets what is another's, and nobody waits in vain.</summary>
public sealed class BurstTests(BurstPlane fixture, ITestOutputHelper output) : IClassFixture<BurstPlane>
{
    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public async Task Of_300_mixed_pods_those_that_fit_are_placed_and_the_rest_follow_as_others_end() => await InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var burst = await Burst.On(nos, "burst");
        var began = TimeProvider.System.GetTimestamp();

        await burst.Create(Burst.Mixed(seed: 1, nodes: 10));
        var reading = await burst.ComeToRest();

        output.WriteLine($"at rest after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s: {burst.Bound(reading).Count} bound, {burst.Waiting(reading).Count} wait; {await Binds()}");

        // How many fit depends on the order in which they came to their turns: the large ones first, or the small.
        Assert.InRange(burst.Waiting(reading).Count, 20, 200);
        foreach (var waiting in burst.Waiting(reading))
        {
            await burst.Scope.UnschedulablePod(waiting.Name(), saying: "NoOpenPlacement");
        }

        await burst.RunOut(output.WriteLine);
        output.WriteLine($"all have run; {await Binds()}");
    });

    [Fact]
    public async Task Of_300_like_pods_few_are_refused_at_bind() => await InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var burst = await Burst.On(nos, "like");
        var before = await Binds();
        var began = TimeProvider.System.GetTimestamp();

        await burst.Create(Burst.Like("1g.10gb", 300));
        var reading = await burst.ComeToRest();

        var binds = (await Binds()).Since(before);
        output.WriteLine($"300 like pods bound after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s; {binds}");
        Assert.Equal(300, burst.Bound(reading).Count);
    });

    private Task<BindCounts> Binds() => BindCounts.Of(nos);
}
