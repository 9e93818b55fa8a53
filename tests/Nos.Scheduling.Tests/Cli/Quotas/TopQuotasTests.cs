using System.CommandLine;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cli.Quotas;

public sealed class TopQuotasTests : IDisposable
{
    private const string Gpu = "nos.nebuly.com/gpu-memory";
    private readonly QuotaApi api = new();

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task Each_quota_and_resource_is_a_line_with_a_bar_and_nothing_is_changed()
    {
        ThreeTeams();

        AssertLines(
            """
            KIND QUOTA     NAMESPACES    RESOURCE                  MIN   MAX   USED  ASSIGNED BORROWED LENT FAIR  BAR
            ceq  home/ml   team-a,team-b nos.nebuly.com/gpu-memory 40 GB 80 GB 60 GB 60 GB    20 GB    0 GB 17 GB [##########|+++++     ]
            eq   team-c/q  team-c        cpu                       2     -     1     1        0        0    1     [##########..........|>
                                         nos.nebuly.com/gpu-memory 40 GB 40 GB 0 GB  10 GB    0 GB     15 GB 17 GB [#####=======........|]
            eq   team-d/q  team-d        nos.nebuly.com/gpu-memory 10 GB -     0 GB  0 GB     0 GB     5 GB 4 GB  [==========..........|>
            """,
            (await Show()).Output);
        Assert.Empty(api.Writes);
    }

    [Fact]
    public async Task A_quota_that_rules_no_namespace_is_shown_with_why()
    {
        api.Quota("team-a", "own", $"{Gpu}: 10");
        api.Composite("home", "ml", ["team-a"], $"{Gpu}: 10");

        AssertLines(
            """
            KIND QUOTA      NAMESPACES RESOURCE                  MIN   MAX USED ASSIGNED BORROWED LENT FAIR  BAR
            ceq  home/ml    team-a     nos.nebuly.com/gpu-memory 10 GB -   0 GB 0 GB     0 GB     0 GB 10 GB [....................|>
            eq   team-a/own -          nos.nebuly.com/gpu-memory 10 GB -   0 GB 0 GB     0 GB     0 GB 0 GB  [....................|>
            ElasticQuota team-a/own rules no namespace: team-a is under CompositeElasticQuota home/ml.
            """,
            (await Show()).Output);
    }

    [Fact]
    public async Task A_namespace_narrows_what_is_shown_not_what_is_counted()
    {
        ThreeTeams();

        var items = JsonNode.Parse((await Show("team-b", "json")).Output)!["items"]!.AsArray();

        Assert.Equal(("ml", "20"), ((string?)Assert.Single(items)!["name"], (string?)items[0]!["borrowed"]![Gpu]));
        Assert.Equal("15", (string?)JsonNode.Parse((await Show("team-c", "json")).Output)!["items"]![0]!["lent"]![Gpu]);
        Assert.Equal("ml", (string?)JsonNode.Parse((await Show("home", "json")).Output)!["items"]![0]!["name"]);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task Programs_get_quantities(string format)
    {
        api.Quota("team-a", "q", "cpu: 1500m", "cpu: 2");

        var text = (await Show(format: format)).Output;

        var document = format == "json" ? JsonNode.Parse(text)! : YamlReading.Document(text);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse("""
                    {"items": [{"kind": "ElasticQuota", "namespace": "team-a", "name": "q", "namespaces": ["team-a"], "min": {"cpu": "1500m"}, "max": {"cpu": "2"},
                      "used": {"cpu": "0"}, "assigned": {"cpu": "0"}, "borrowed": {"cpu": "0"}, "lent": {"cpu": "0"}, "fairShare": {"cpu": "1500m"}}]}
                    """),
                document),
            text);
    }

    [Fact]
    public async Task Without_quotas_it_says_so()
    {
        Assert.Equal(("", "No quotas: nothing is guaranteed to anybody; see kubectl explain elasticquota.spec.\n"), await Show());
        Assert.Equal(("", "No quota lies in namespace team-a or is over it: its pods are not judged by quotas.\n"), await Show("team-a"));
        Assert.Equal("""{"items":[]}""", JsonNode.Parse((await Show(format: "json")).Output)!.ToJsonString());
    }

    [Fact]
    public async Task A_cluster_that_does_not_know_quotas_is_told_what_to_apply()
    {
        using var client = new KubeClient(new HttpClient(new NoSuchKind()) { BaseAddress = new Uri("http://cluster/") });

        var failure = await Assert.ThrowsAsync<CommandFailedException>(() =>
            TopQuotasCommand.ShowAsync(client, new TopQuotasRequest(null, "table", 32), new InvocationConfiguration(), CancellationToken.None));

        Assert.Equal("the cluster does not know quotas; tell it with: kubectl nos crds | kubectl apply -f -", failure.Message);
    }

    [Fact]
    public async Task A_whole_GPU_counts_as_the_server_counts_it()
    {
        api.Quota("team-a", "q", $"{Gpu}: 100");
        api.Pod("team-a", "p", "n1", "Running", "nvidia.com/gpu: 2");

        Assert.Equal("64", (string?)JsonNode.Parse((await Show(format: "json")).Output)!["items"]![0]!["assigned"]![Gpu]);
        Assert.Equal("160", (string?)JsonNode.Parse((await Show(format: "json", gpuMemory: 80)).Output)!["items"]![0]!["assigned"]![Gpu]);
    }

    [Fact]
    public async Task A_narrow_window_loses_columns_not_lines()
    {
        ThreeTeams();
        using var output = new StringWriter { NewLine = "\n" };

        QuotaTable.Write(await api.ViewsAsync(), 80, output);

        AssertLines(
            """
            KIND QUOTA     RESOURCE                  MIN   MAX   ASSIGNED BORROWED
            ceq  home/ml   nos.nebuly.com/gpu-memory 40 GB 80 GB 60 GB    20 GB
            eq   team-c/q  cpu                       2     -     1        0
                           nos.nebuly.com/gpu-memory 40 GB 40 GB 10 GB    0 GB
            eq   team-d/q  nos.nebuly.com/gpu-memory 10 GB -     0 GB     0 GB
            The window is too narrow for NAMESPACES, USED, FAIR, LENT, BAR; -o yaml has all.
            """,
            output.ToString());
    }

    [Fact]
    public async Task A_watch_shows_them_again_when_something_changes_and_ends_well()
    {
        api.Quota("team-a", "q", $"{Gpu}: 40");
        using var output = new Pictures();
        using var client = api.CreateClient();
        using var ending = new CancellationTokenSource();
        var watching = QuotaWatch.RunAsync(
            client, new TopQuotasRequest(null, "yaml", 32), new InvocationConfiguration { Output = output }, TimeProvider.System, ending.Token);

        await Eventually.Async(() => Assigned() is ["0"]);
        api.Pod("team-a", "p", "n1", "Running", "nvidia.com/gpu-10gb: 1");
        await Eventually.Async(() => Assigned() is ["0", "10"]);
        await ending.CancelAsync();
        await watching;

        string[] Assigned() => [.. output.ToString().Split("---\n").Where(text => text.Length > 0).Select(text => (string)YamlReading.Document(text)["items"]![0]!["assigned"]![Gpu]!)];
    }

    private void ThreeTeams()
    {
        api.Composite("home", "ml", ["team-b", "team-a"], $"{Gpu}: 40", $"{Gpu}: 80");
        api.Quota("team-c", "q", $"{Gpu}: 40, cpu: 2", $"{Gpu}: 40");
        api.Quota("team-d", "q", $"{Gpu}: 10");
        api.Pod("team-a", "p0", "n1", "Running", "nvidia.com/mig-3g.40gb: 1");
        api.Pod("team-b", "p1", "n1", "Running", "nvidia.com/mig-2g.20gb: 1");
        api.Pod("team-c", "starts", "n1", "Pending", "nvidia.com/gpu-10gb: 1");
        api.Pod("team-c", "cpu", "n1", "Running", "cpu: 1");
        api.Pod("team-d", "waits", null, "Pending", "nvidia.com/gpu-10gb: 1");
        api.Pod("team-d", "ended", "n1", "Succeeded", "nvidia.com/gpu-10gb: 1");
    }

    private static void AssertLines(string expected, string printed) =>
        Assert.Equal(expected.Split('\n').Select(Squeezed), printed.TrimEnd('\n').Split('\n').Select(Squeezed));

    /// <summary>Between columns there may be more room than drawn; within a bar there may not.</summary>
    private static string Squeezed(string line) => line.Split('[', 2) is [var cells, var bar]
        ? $"{string.Join(' ', cells.Split(' ', StringSplitOptions.RemoveEmptyEntries))} [{bar}"
        : string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private async Task<(string Output, string Error)> Show(string? ns = null, string format = "table", long gpuMemory = 32)
    {
        using var client = api.CreateClient();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        await TopQuotasCommand.ShowAsync(client, new TopQuotasRequest(ns, format, gpuMemory), new InvocationConfiguration { Output = output, Error = error }, CancellationToken.None);
        return (output.ToString(), error.ToString());
    }

    private sealed class NoSuchKind : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(request.RequestUri!.AbsolutePath.EndsWith("/pods", StringComparison.Ordinal)
                ? new HttpResponseMessage { Content = new StringContent("""{"kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": []}"""), RequestMessage = request }
                : new HttpResponseMessage(System.Net.HttpStatusCode.NotFound) { Content = new StringContent("404 page not found\n"), RequestMessage = request });
    }
}
