using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Tests.Cluster.State;
using Nos.Scheduling.Tests.Server.Controllers;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>When and where a plan is written.</summary>
public sealed class ActuationScenarioTests : IDisposable
{
    private readonly ReactiveCluster cluster = new("n1", "n2");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task An_empty_plan_writes_nothing()
    {
        await cluster.Sync();
        var writes = await cluster.Writes();

        Assert.False(await Round());

        Assert.Equal(writes, await cluster.Writes());
    }

    [Fact]
    public async Task Only_the_node_that_changes_is_written()
    {
        await cluster.Sync();
        var writes = await cluster.Writes();
        cluster.Waiting(("a", "1g.10gb"), ("b", "2g.20gb"));

        await Round();

        Assert.Equal(writes + 1, await cluster.Writes());
        Assert.Single(new[] { await cluster.Spec("n1"), await cluster.Spec("n2") }, spec => spec == "");
    }

    [Fact]
    public async Task A_plan_that_is_carried_out_already_writes_nothing()
    {
        await cluster.Sync();
        cluster.Waiting(("a", "1g.10gb"));
        await Round();
        await cluster.Act("n1");
        var writes = await cluster.Writes();

        await Round();

        Assert.Equal(writes, await cluster.Writes());
    }

    [Fact]
    public async Task A_node_that_is_deleted_before_it_has_answered_blocks_nobody()
    {
        await cluster.Sync();
        cluster.Waiting(("a", "7g.80gb"));
        await Round();
        Assert.Equal("7g.80gb@0!a", await cluster.Spec("n1"));

        cluster.State.Apply(new InformerEvent<NodeDocument>(false, [], [Facts.Node("n1", count: "1")]));
        cluster.Waiting(("b", "3g.40gb"));
        await Round();

        Assert.Contains("!b", await cluster.Spec("n2"));
    }

    private Task<bool> Round() => cluster.Partitioner.RoundAsync(CancellationToken.None);
}
