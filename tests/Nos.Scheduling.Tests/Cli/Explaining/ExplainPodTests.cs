using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cli.Explaining;
using Nos.Scheduling.Tests.Cli.Quotas;

namespace Nos.Scheduling.Tests.Cli.Explaining;

public sealed partial class ExplainPodTests : IDisposable
{
    private const string Gpu = "nos.nebuly.com/gpu-memory";
    private readonly QuotaApi api = new();

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task A_pod_that_finds_nothing_to_borrow_is_told_what_is_missing_and_who_borrows_it()
    {
        await AllIsLent();
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-1g.10gb: 1", said: "0/1 nodes are available: 1 NothingToBorrow.");

        AssertLines(
            """
            team-a/train waits: NothingToBorrow.
            Q3: ElasticQuota team-a/q would go above its min of nos.nebuly.com/gpu-memory, and nothing is left to borrow: all quotas use 40 GB of the 40 GB that they guarantee together, and it asks for 10 GB.
            10 GB of nos.nebuly.com/gpu-memory are missing.
            Reclaim: ElasticQuota team-a/q is at its fair share of nos.nebuly.com/gpu-memory, nothing of it is idle, and its pods of lower priority do not change that.
            nos-scheduler says: 0/1 nodes are available: 1 NothingToBorrow.
            It asks for 10 GB of nos.nebuly.com/gpu-memory, 1 of nvidia.com/mig-1g.10gb.

            KIND QUOTA NAMESPACES RESOURCE MIN MAX USED ASSIGNED BORROWED LENT FAIR BAR
            eq team-a/q team-a nos.nebuly.com/gpu-memory 10 GB - 10 GB 10 GB 0 GB 0 GB 2 GB [####################|>

            Of nos.nebuly.com/gpu-memory, CompositeElasticQuota home/ml borrows 10 GB.
            OVER-QUOTA POD HAS PRIORITY CREATED QUOTA
            team-b/d 5 GB 0 TIME home/ml
            team-c/e 5 GB 0 TIME home/ml
            """,
            (await Explain("team-a/train")).Output);
        Assert.Empty(api.Writes);
    }

    [Fact]
    public async Task A_guaranteed_pod_without_room_is_told_who_would_make_way()
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Quota("team-b", "q", $"{Gpu}: 10");
        api.Pod("team-b", "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        await api.NodeAsync("n1", "7g.80gb@0=team-b/whole");
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-3g.40gb: 1");

        AssertLines(
            """
            team-a/train waits: NoOpenPlacement.
            R1: ElasticQuota team-a/q guarantees it what it asks for. No node has room: what others borrow may be taken back for it.
            Nodes: 1 NoOpenPlacement. Nearest: GPU 0 of n1, where 7g.80gb@0 (team-b/whole) is in the way.
            Reclaim: 1 pod makes room on n1 by R1: team-b/whole (R1, ElasticQuota team-b/q).
            It asks for 40 GB of nos.nebuly.com/gpu-memory, 1 of nvidia.com/mig-3g.40gb.

            KIND QUOTA NAMESPACES RESOURCE MIN MAX USED ASSIGNED BORROWED LENT FAIR BAR
            eq team-a/q team-a nos.nebuly.com/gpu-memory 40 GB - 0 GB 0 GB 0 GB 40 GB 32 GB [====================|>

            Of nos.nebuly.com/gpu-memory, ElasticQuota team-b/q borrows 70 GB.
            OVER-QUOTA POD HAS PRIORITY CREATED QUOTA
            team-b/whole 80 GB 0 TIME team-b/q
            """,
            (await Explain("team-a/train")).Output);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Programs_get_the_same(string format)
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Quota("team-b", "q", $"{Gpu}: 10");
        api.Pod("team-b", "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        await api.NodeAsync("n1", "7g.80gb@0=team-b/whole");
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-3g.40gb: 1");

        var text = (await Explain("team-a/train", format)).Output;

        var told = format == "json" ? JsonNode.Parse(text)! : YamlReading.Document(text);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    {"namespace": "team-a", "name": "train", "state": "Waiting", "reason": "NoOpenPlacement", "rule": "R1",
                     "message": "ElasticQuota team-a/q guarantees it what it asks for. No node has room: what others borrow may be taken back for it.",
                     "asked": {"nos.nebuly.com/gpu-memory": "40", "nvidia.com/mig-3g.40gb": "1", "pods": "1"},
                     "quota": {"kind": "ElasticQuota", "namespace": "team-a", "name": "q", "namespaces": ["team-a"], "min": {"nos.nebuly.com/gpu-memory": "40"}, "max": {},
                       "used": {"nos.nebuly.com/gpu-memory": "0"}, "assigned": {"nos.nebuly.com/gpu-memory": "0"}, "borrowed": {"nos.nebuly.com/gpu-memory": "0"},
                       "lent": {"nos.nebuly.com/gpu-memory": "40"}, "fairShare": {"nos.nebuly.com/gpu-memory": "32"}},
                     "borrowing": {"resource": "nos.nebuly.com/gpu-memory", "quotas": [{"kind": "ElasticQuota", "namespace": "team-b", "name": "q", "borrowed": "70"}],
                       "pods": [{"namespace": "team-b", "name": "whole", "has": "80", "priority": 0, "created": "TIME", "quota": {"kind": "ElasticQuota", "namespace": "team-b", "name": "q"}}]},
                     "nodes": {"message": "1 NoOpenPlacement", "nearest": "GPU 0 of n1, where 7g.80gb@0 (team-b/whole) is in the way"},
                     "reclaim": {"kind": "Evicts", "message": "1 pod makes room on n1 by R1", "node": "n1", "waitsForOthers": false, "victims": [
                       {"namespace": "team-b", "name": "whole", "rule": "R1", "violatesBudget": false, "quota": {"kind": "ElasticQuota", "namespace": "team-b", "name": "q"}}]}}
                    """),
                JsonNode.Parse(Times().Replace(told.ToJsonString(), "TIME"))),
            text);
    }

    [Fact]
    public async Task A_budget_that_would_be_passed_over_is_told()
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Pod("team-b", "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        api.Quota("team-b", "q", $"{Gpu}: 10");
        api.Budget("team-b", "whole");
        await api.NodeAsync("n1", "7g.80gb@0=team-b/whole");
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-3g.40gb: 1");

        Assert.Contains("by R1: team-b/whole (R1, ElasticQuota team-b/q, against a PodDisruptionBudget).\n", (await Explain("team-a/train")).Output, StringComparison.Ordinal);
        Assert.True((bool)(await ExplainJson("team-a/train"))["reclaim"]!["victims"]![0]!["violatesBudget"]!);
    }

    [Theory]
    [InlineData("team-d", false, "Nothing")]
    [InlineData("team-d", true, "Evicts")]
    [InlineData("kube-system", true, "Nothing")]
    public async Task Pods_without_quota_make_way_where_the_server_says_so_and_those_of_the_system_never(string ns, bool reclaimsUnquoted, string kind)
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Pod(ns, "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        await api.NodeAsync("n1", $"7g.80gb@0={ns}/whole");
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-3g.40gb: 1");

        Assert.Equal(kind, (string?)JsonNode.Parse((await Explain("team-a/train", "json", reclaimsUnquoted)).Output)!["reclaim"]!["kind"]);
    }

    [Fact]
    public async Task A_pod_beyond_its_quotas_max_is_told_so_and_nobody_is_said_to_borrow()
    {
        api.Quota("team-d", "q", "", $"{Gpu}: 15");
        api.Pod("team-d", "first", "n2", "Running", "nvidia.com/mig-1g.10gb: 1");
        api.Pod("team-d", "second", null, "Pending", "nvidia.com/mig-1g.10gb: 1");

        var told = await ExplainJson("team-d/second");

        Assert.Equal(("QuotaMaxExceeded", "Q1", "5"), ((string?)told["reason"], (string?)told["rule"], (string?)told["missing"]![Gpu]));
        Assert.Equal("ElasticQuota team-d/q allows at most 15 GB of nos.nebuly.com/gpu-memory; 10 GB is used, and it asks for 10 GB.", (string?)told["message"]);
        Assert.Null(told["borrowing"]);
        Assert.Null(told["nodes"]);
    }

    [Fact]
    public async Task A_pod_that_nothing_stands_against_is_told_where_it_would_go()
    {
        await api.NodeAsync("n1");
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Pod("team-a", "p", null, "Pending", "nvidia.com/mig-1g.10gb: 1");
        api.Pod("team-b", "p", null, "Pending", "nvidia.com/mig-1g.10gb: 1");

        var (guaranteed, unjudged) = (await Explain("team-a/p"), await Explain("team-b/p"));

        Assert.StartsWith(
            "team-a/p waits, and nothing stands against it: it would go to n1.\nQ2: ElasticQuota team-a/q guarantees it what it asks for. There is room for it.\n", guaranteed.Output, StringComparison.Ordinal);
        Assert.StartsWith(
            "team-b/p waits, and nothing stands against it: it would go to n1.\nQ4: No quota is over its namespace. There is room for it.\n", unjudged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reclaim", guaranteed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_nodes_lack_for_a_pod_without_quota_is_told()
    {
        await api.NodeAsync("n1");
        api.Pod("team-a", "p", null, "Pending", "nvidia.com/mig-1g.10gb: 1, cpu: 9");

        var told = await ExplainJson("team-a/p");

        Assert.Equal(("NodeResources", "R4", "1 Insufficient cpu"), ((string?)told["reason"], (string?)told["rule"], (string?)told["nodes"]!["message"]));
        Assert.Equal("Nothing", (string?)told["reclaim"]!["kind"]);
    }

    [Theory]
    [InlineData(41, "R2", "Evicts")]
    [InlineData(11, "R3", "Nothing")]
    public async Task Who_borrows_and_finds_no_room_may_take_back_within_the_fair_share_alone(int min, string rule, string reclaim)
    {
        api.Quota("team-a", "q", $"{Gpu}: {min}");
        api.Quota("team-b", "q", $"{Gpu}: 5");
        api.Quota("team-c", "q", $"{Gpu}: 200");
        api.Pod("team-b", "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        await api.NodeAsync("n1", "7g.80gb@0=team-b/whole");
        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-7g.80gb: 1");

        var told = await ExplainJson("team-a/train");

        Assert.Equal((rule, reclaim), ((string?)told["rule"], (string?)told["reclaim"]!["kind"]));
        Assert.Equal(rule == "R2", told["borrowing"] is not null);
    }

    [Theory]
    [InlineData("in0", "in quota", "It comes first in ElasticQuota team-a/q and stays within its min: nobody may take from it.")]
    [InlineData("in1", "in quota", "It and the 1 in-quota pod before it stay within the min of ElasticQuota team-a/q: nobody may take from it.")]
    [InlineData("over", "over quota", "ElasticQuota team-a/q guarantees 25 GB of nos.nebuly.com/gpu-memory; the in-quota pods before it have 20 GB, and it asks for 20 GB: what it uses is lent, and an owner may have it back.")]
    public async Task A_bound_pod_is_told_where_it_stands_and_why(string name, string standing, string why)
    {
        api.Quota("team-a", "q", $"{Gpu}: 25");
        api.Pod("team-a", "in0", "n1", "Running", "nvidia.com/mig-1g.10gb: 1", priority: 9);
        api.Pod("team-a", "in1", "n1", "Running", "nvidia.com/mig-1g.10gb: 1", priority: 8);
        api.Pod("team-a", "over", "n1", "Pending", "nvidia.com/mig-2g.20gb: 1", priority: 7);
        await api.NodeAsync("n1");

        var (output, _) = await Explain($"team-a/{name}");

        Assert.StartsWith($"team-a/{name} is on n1, {standing}.\nL1: {why}\n", output, StringComparison.Ordinal);
        Assert.Contains("25 GB - 20 GB 40 GB 15 GB", string.Join(' ', output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bound_pod_without_quota_is_told_so()
    {
        api.Pod("team-a", "p", "n1", "Running", "nvidia.com/mig-1g.10gb: 1");

        Assert.StartsWith("team-a/p is on n1.\nQ4: No quota is over its namespace.\n", (await Explain("team-a/p")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_who_borrow_five_are_named_those_of_lower_priority_first_and_programs_get_all()
    {
        api.Quota("team-a", "q", $"{Gpu}: 10");
        api.Quota("team-b", "q", $"{Gpu}: 5");
        api.Pod("team-a", "has", "n1", "Running", "nvidia.com/mig-1g.10gb: 1");
        foreach (var number in Enumerable.Range(0, 7))
        {
            api.Pod("team-b", $"p{number}", "n1", "Running", "nvidia.com/mig-1g.10gb: 1", priority: 10 - number);
        }

        api.Pod("team-a", "train", null, "Pending", "nvidia.com/mig-1g.10gb: 1");

        var lines = (await Explain("team-a/train")).Output.Split('\n');
        Assert.Equal(["p6", "p5", "p4", "p3", "p2"], lines.Where(line => line.StartsWith("team-b/", StringComparison.Ordinal)).Select(line => line[7..9]));
        Assert.Contains("and 2 more; -o yaml names all.", lines);
        Assert.Equal(7, (await ExplainJson("team-a/train"))["borrowing"]!["pods"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_pod_that_others_make_way_for_is_told_who()
    {
        await api.NodeAsync("n1");
        api.Pod(
            "team-a", "p", null, "Pending", "nvidia.com/mig-1g.10gb: 1",
            claim: """{"node":"n1","room":"","victims":[{"uid":"u","namespace":"team-b","name":"whole","rule":"R1"}],"since":"2026-11-25T10:00:00Z","until":"2099-11-25T10:05:00Z","tries":0}""");

        AssertStarts(
            """
            team-a/p waits: WaitingForReclaim.
            R1: Since 2026-11-25 10:00:00Z others make way for it on n1: team-b/whole (R1).
            """,
            (await Explain("team-a/p")).Output);
    }

    [Theory]
    [InlineData("2099", true)]
    [InlineData("2025", false)]
    public async Task A_pod_that_rests_is_told_until_when(string year, bool rests)
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        api.Pod("team-b", "whole", "n1", "Running", "nvidia.com/mig-7g.80gb: 1");
        api.Quota("team-b", "q", $"{Gpu}: 10");
        await api.NodeAsync("n1", "7g.80gb@0=team-b/whole");
        api.Pod(
            "team-a", "train", null, "Pending", "nvidia.com/mig-3g.40gb: 1",
            claim: $$"""{"node":"","room":"","victims":[],"since":"2025-11-25T10:00:00Z","until":"{{year}}-11-25T10:05:00Z","tries":2}""");

        var (output, _) = await Explain("team-a/train");

        Assert.Equal(rests, output.Contains("Nobody is evicted for it before 2099-11-25T10:05:00Z: room that was made for it came to nothing.\n", StringComparison.Ordinal));
        Assert.Contains("Reclaim: 1 pod makes room", output, StringComparison.Ordinal);
        Assert.Equal(rests, (await ExplainJson("team-a/train"))["restsUntil"] is not null);
    }

    [Fact]
    public async Task A_pod_that_was_never_translated_is_told_to_be_made_anew()
    {
        api.Pod("team-a", "p", null, "Pending", $"{Gpu}: 10");

        Assert.Equal("NotAdmitted", (string?)(await ExplainJson("team-a/p"))["reason"]);
    }

    [Theory]
    [InlineData("team-a/nobody")]
    [InlineData("team-b/ended")]
    public async Task A_pod_that_is_not_there_is_named_with_what_to_do(string pod)
    {
        api.Pod("team-b", "ended", "n1", "Succeeded", "cpu: 1");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() => Explain(pod));

        Assert.Equal($"there is no pod {pod} that has not ended; see which there are: kubectl get pods -n {pod.Split('/')[0]}", failure.Message);
    }

    /// <summary>40 GB are guaranteed, and as many are used: 10 of them above the min of the composite.</summary>
    private async Task AllIsLent()
    {
        api.Quota("team-a", "q", $"{Gpu}: 10");
        api.Quota("team-d", "idle", $"{Gpu}: 10");
        api.Composite("home", "ml", ["team-b", "team-c"], $"{Gpu}: 20");
        api.Pod("team-a", "has", "n1", "Running", "nvidia.com/mig-1g.10gb: 1");
        api.Pod("team-b", "b", "n1", "Running", "nvidia.com/mig-1g.10gb: 1", priority: 5);
        api.Pod("team-c", "c", "n1", "Running", "nvidia.com/mig-1g.10gb: 1", priority: 5);
        api.Pod("team-b", "d", "n1", "Running", "nvidia.com/gpu-5gb: 1");
        api.Pod("team-c", "e", "n1", "Running", "nvidia.com/gpu-5gb: 1");
        await api.NodeAsync("n1");
    }

    private static void AssertLines(string expected, string printed) => Assert.Equal(expected.Split('\n'), Lines(printed));

    private static void AssertStarts(string expected, string printed) => Assert.Equal(expected.Split('\n'), Lines(printed).Take(expected.Split('\n').Length));

    private static IEnumerable<string> Lines(string printed) => Times().Replace(printed, "TIME").TrimEnd('\n').Split('\n')
        .Select(line => line.Contains('[', StringComparison.Ordinal) && line.Split('[') is [var cells, var bar] ? $"{Squeezed(cells)} [{bar}" : Squeezed(line));

    private static string Squeezed(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private async Task<JsonNode> ExplainJson(string pod) => JsonNode.Parse((await Explain(pod, "json")).Output)!;

    private async Task<(string Output, string Error)> Explain(string pod, string format = "table", bool reclaimsUnquoted = false)
    {
        using var client = api.CreateClient();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var request = new ExplainPodRequest(PodName.Of(pod, "default"), format, "nos-system", 32, reclaimsUnquoted);
        await ExplainPodCommand.RunAsync(client, request, new InvocationConfiguration { Output = output, Error = error }, TimeProvider.System, CancellationToken.None);
        return (output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Times();
}
