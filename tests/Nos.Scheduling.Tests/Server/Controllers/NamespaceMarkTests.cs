using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Controllers;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class NamespaceMarkTests
{
    private const string On = """{"metadata":{"uid":"u","labels":{"nos.nebuly.com/quota":"on"}}}""";
    private const string Off = """{"metadata":{"uid":"u","labels":{"nos.nebuly.com/quota":null}}}""";

    [Theory]
    [InlineData(null, true, On)]
    [InlineData("off", true, On)]
    [InlineData("on", true, null)]
    [InlineData("on", false, Off)]
    [InlineData("off", false, Off)]
    [InlineData(null, false, null)]
    public void Is_on_where_a_quota_rules_and_nowhere_else(string? label, bool isRuled, string? patch) => Assert.Equal(patch, NamespaceMark.Patch(Namespace(label), isRuled)?.ToJsonString());

    [Fact]
    public void A_namespace_on_its_way_out_is_left_alone()
    {
        var ns = Namespace(null);

        Assert.Null(NamespaceMark.Patch(ns with { Metadata = ns.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } }, isRuled: true));
    }

    private static NamespaceDocument Namespace(string? label) =>
        new() { Metadata = new ObjectMeta { Name = "a", Uid = "u", Labels = label is null ? null : new() { ["nos.nebuly.com/quota"] = label } } };
}
