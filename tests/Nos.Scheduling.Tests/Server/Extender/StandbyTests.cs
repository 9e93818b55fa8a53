using Microsoft.AspNetCore.Http;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Extender;

namespace Nos.Scheduling.Tests.Server.Extender;

/// <summary>What a server that does not lead answers, byte by byte; and that the connection does not stay.</summary>
public sealed class StandbyTests
{
    private readonly ExtenderEndpoints standby = new(new ClusterState(TimeProvider.System), new AssumedPlaces(TimeProvider.System), new OfferedNodes(), PlacementPolicy.Fragmentation, () => null);

    [Fact]
    public async Task Filter_says_it_in_Error_with_every_key() => Assert.Equal(
        (200, "close", """{"Nodes":null,"NodeNames":[],"FailedNodes":{},"FailedAndUnresolvableNodes":{},"Error":"not the leader"}"""),
        await AskAsync(standby.FilterAsync, """{"Pod":{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"name":"c"}]}},"Nodes":null,"NodeNames":["n1"]}"""));

    [Fact]
    public async Task Bind_says_it_in_Error() => Assert.Equal(
        (200, "close", """{"Error":"not the leader"}"""),
        await AskAsync(standby.BindAsync, """{"PodName":"p","PodNamespace":"t","PodUID":"u","Node":"n1"}"""));

    [Fact]
    public async Task Prioritize_has_no_Error_so_the_status_says_it() => Assert.Equal(
        (503, "close", """{"title":"Unavailable","status":503,"detail":"not the leader"}"""),
        await AskAsync(standby.PrioritizeAsync, """{"Pod":{"metadata":{"name":"p","uid":"u"},"spec":{"containers":[{"name":"c"}]}},"Nodes":null,"NodeNames":["n1"]}"""));

    [Fact]
    public async Task Preempt_has_no_Error_so_the_status_says_it() => Assert.Equal(
        (503, "close", """{"title":"Unavailable","status":503,"detail":"not the leader"}"""),
        await AskAsync(standby.PreemptAsync, """{"Pod":{"metadata":{"name":"p","uid":"u"}},"NodeNameToMetaVictims":{"n1":{"Pods":[{"UID":"v"}],"NumPDBViolations":0}}}"""));

    [Fact]
    public async Task What_cannot_be_read_is_refused_as_by_the_leader() =>
        Assert.Equal(400, (await AskAsync(standby.FilterAsync, "{")).Status);

    private static async Task<(int Status, string? Connection, string Body)> AskAsync(Func<HttpContext, Task<string>> verb, string body)
    {
        var answer = await ExtenderCall.AskAsync(verb, body);
        Assert.True(answer.Result is "standby" or "refused");
        return (answer.Status, answer.Connection, answer.Body);
    }
}
