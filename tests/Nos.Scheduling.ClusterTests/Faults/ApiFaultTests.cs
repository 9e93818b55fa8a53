using System.Net;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>An API server that refuses, delays, forgets to answer and garbles, in the middle of bursts.</summary>
public sealed class ApiFaultTests(ApiFaultPlane fixture, ITestOutputHelper output) : IClassFixture<ApiFaultPlane>
{
    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public async Task A_Binding_that_happened_though_its_answer_was_lost_is_a_success()
    {
        await using var burst = await Burst.On(nos, "lost", nodes: 1);
        var (before, bindings) = (await BindCounts.Of(nos), nos.Faults.Count(call => call.IsBinding));
        using var fault = nos.Faults.CutAnswers(call => call.IsBinding, times: 1);

        await burst.Create(Burst.Like("3g.40gb", 1));
        var reading = await burst.ComeToRest();

        Assert.Single(burst.Bound(reading));
        Assert.Equal(1, fault.Happened);
        Assert.Equal(bindings + 1, nos.Faults.Count(call => call.IsBinding));
        var counted = await Polling.Until("the bind is counted", async () => (await BindCounts.Of(nos)).Since(before), binds => binds.Bound + binds.Refused > 0);
        Assert.Equal(new BindCounts(1, 0), counted);
    }

    [Fact]
    public Task Refusals_lost_answers_and_broken_watches_lose_nothing_and_double_nothing() => InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var burst = await Burst.On(nos, "faulty", FaultRuns.Nodes(few: 4));
        var faults = new Dictionary<string, ApiFault>
        {
            ["conflicts for specs"] = nos.Faults.Answer(HttpStatusCode.Conflict, call => call.IsGpuNodeSpec, oneIn: 4),
            ["too many requests for specs"] = nos.Faults.Answer(HttpStatusCode.TooManyRequests, call => call.IsGpuNodeSpec, oneIn: 7, retryAfter: TimeSpan.FromSeconds(1)),
            ["lost answers to specs"] = nos.Faults.CutAnswers(call => call.IsGpuNodeSpec, oneIn: 9),
            ["errors for reports"] = nos.Faults.Answer(HttpStatusCode.InternalServerError, call => call.IsGpuNodeStatus, oneIn: 5),
            ["lost answers to reports"] = nos.Faults.CutAnswers(call => call.IsGpuNodeStatus, oneIn: 6),
            ["conflicts for Bindings"] = nos.Faults.Answer(HttpStatusCode.Conflict, call => call.IsBinding, oneIn: 9),
            ["errors for Bindings"] = nos.Faults.Answer(HttpStatusCode.InternalServerError, call => call.IsBinding, oneIn: 8),
            ["too many requests for Bindings"] = nos.Faults.Answer(HttpStatusCode.TooManyRequests, call => call.IsBinding, oneIn: 10, retryAfter: TimeSpan.FromSeconds(1)),
            ["lost answers to Bindings"] = nos.Faults.CutAnswers(call => call.IsBinding, oneIn: 3),
            ["lost Bindings"] = nos.Faults.CutRequests(call => call.IsBinding, oneIn: 7),
            ["slow Bindings"] = nos.Faults.Delay(TimeSpan.FromSeconds(2), call => call.IsBinding, oneIn: 5),
            ["garbled reads of pods"] = nos.Faults.Garble(call => call.Method == "GET" && call.Path.Contains("/pods/", StringComparison.Ordinal), oneIn: 6),
            ["refused watches"] = nos.Faults.RefuseWatches(_ => true, oneIn: 2),
        };

        var creating = burst.Create(Burst.Mixed(seed: 2, FaultRuns.Nodes(few: 4)));
        foreach (var bound in new[] { 5, 15, 30 })
        {
            await burst.BoundAtLeast(bound);
            output.WriteLine($"{nos.Faults.EndWatches(call => call.Caller.Contains("nos-", StringComparison.Ordinal))} watches ended with 410 with {burst.EverBound} pods bound");
        }

        await creating;
        var reading = await burst.ComeToRest();
        output.WriteLine($"at rest among faults: {burst.Bound(reading).Count} bound, {burst.Waiting(reading).Count} wait; {string.Join(", ", faults.Select(fault => $"{fault.Value.Happened} {fault.Key}"))}");
        Assert.All(faults, fault => Assert.True(fault.Value.Happened > 0, $"no {fault.Key}"));
        await burst.RunOut(output.WriteLine);
        foreach (var fault in faults.Values)
        {
            fault.Dispose();
        }
    });
}
