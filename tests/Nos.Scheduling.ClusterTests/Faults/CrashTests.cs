using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>
/// Whatever dies in the middle of a burst, at whatever moment: at every moment the invariants hold, nothing is lost or doubled, no pod waits in vain in
/// the end, and as pods end the others follow until all have run.
/// </summary>
public sealed class CrashTests(CrashPlane fixture, ITestOutputHelper output) : IClassFixture<CrashPlane>
{
    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public Task The_server_may_be_killed_three_times() => Survive("server", nodes: 10, strikes: 3, _ => nos.RestartServer());

    [Fact]
    public Task The_agent_may_be_killed_three_times() => Survive("agent", FaultRuns.Nodes(few: 4), strikes: 3, _ => nos.RestartAgent());

    [Fact]
    public Task Both_may_be_killed_together() => Survive("both", FaultRuns.Nodes(few: 4), strikes: FaultRuns.AreFull ? 3 : 1, async dice =>
    {
        await Task.WhenAll(nos.Server.Kill(), nos.Agent.Kill());
        foreach (var start in dice.Next(2) == 0 ? new[] { nos.StartServer, nos.StartAgent } : [nos.StartAgent, nos.StartServer])
        {
            await start();
        }
    });

    [Fact]
    public Task The_API_server_may_be_restarted() => Survive("apiserver", FaultRuns.Nodes(few: 4), strikes: 1, async _ =>
    {
        await nos.Plane.ApiServer.Kill();
        await nos.Plane.StartApiServer();
    });

    [Fact]
    public Task Etcd_may_stop_for_ten_seconds() => Survive("etcd", FaultRuns.Nodes(few: 4), strikes: 1, async _ =>
    {
        await nos.Plane.StopEtcd();
        await Task.Delay(TimeSpan.FromSeconds(10));
        await nos.Plane.StartEtcd();
    });

    private async Task Survive(string theme, int nodes, int strikes, Func<Random, Task> strike)
    {
        foreach (var dice in FaultRuns.Dice(output))
        {
            await InvariantWatch.During(nos.Plane.Admin, async () =>
            {
                await using var burst = await Burst.On(nos, theme, nodes);
                var creating = burst.Create(Burst.Mixed(dice.Next(), nodes));
                for (var count = 1; count <= strikes; count++)
                {
                    // A third of them fits in any order of their turns, so the burst still goes on.
                    await burst.BoundAtLeast(dice.Next(1, 10 * nodes / strikes) + (10 * nodes * (count - 1) / strikes));
                    await Task.Delay(dice.Next(500));
                    output.WriteLine($"strike {count} with {burst.EverBound} of {burst.Created} pods bound");
                    await strike(dice);
                }

                await creating;
                var reading = await burst.ComeToRest();
                output.WriteLine($"at rest: {burst.Bound(reading).Count} bound, {burst.Waiting(reading).Count} wait");
                await burst.RunOut(output.WriteLine);
            });
        }
    }
}
