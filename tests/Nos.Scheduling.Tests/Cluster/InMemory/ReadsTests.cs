using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

public sealed class ReadsTests : IDisposable
{
    private readonly TestCluster cluster = new();

    public void Dispose() => cluster.Dispose();

    [Theory]
    [InlineData("app=web", "a,b")]
    [InlineData("app==web", "a,b")]
    [InlineData("app!=web", "c,d")]
    [InlineData("app", "a,b,c")]
    [InlineData("!app", "d")]
    [InlineData("app in (web, db)", "a,b,c")]
    [InlineData("app notin (web)", "c,d")]
    [InlineData("app in (web),tier=1", "a")]
    [InlineData("app=web,tier!=1", "b")]
    [InlineData("", "a,b,c,d")]
    public async Task Label_selectors_select(string selector, string expected)
    {
        await AddLabelledAsync();
        var found = await cluster.Client.ListAsync(KubeResources.Pods, "default", CancellationToken.None, labelSelector: selector);
        Assert.Equal(expected, string.Join(',', found.Items.Select(pod => pod.Metadata.Name)));
    }

    [Theory]
    [InlineData("metadata.name=b", "b")]
    [InlineData("metadata.name!=b,metadata.namespace=default", "a,c,d")]
    [InlineData("spec.nodeName=", "a,b,d")]
    [InlineData("spec.nodeName!=", "c")]
    [InlineData("spec.nodeName=n1,status.phase=Pending", "c")]
    [InlineData("spec.schedulerName=other", "")]
    public async Task Field_selectors_select(string selector, string expected)
    {
        await AddLabelledAsync();
        await cluster.BindAsync((await cluster.FindPodAsync("c"))!, "n1");

        var found = await cluster.Client.ListAsync(KubeResources.Pods, "default", CancellationToken.None, fieldSelector: selector);

        Assert.Equal(expected, string.Join(',', found.Items.Select(pod => pod.Metadata.Name)));
    }

    [Theory]
    [InlineData(null, "spec.hostname=a")]
    [InlineData(null, "nonsense")]
    [InlineData("a in b", null)]
    [InlineData("a=b,", null)]
    [InlineData("some thing", null)]
    public async Task A_selector_that_is_none_is_refused(string? labels, string? fields)
    {
        var refused = await Assert.ThrowsAsync<KubeApiException>(() =>
            cluster.Client.ListAsync(KubeResources.Pods, null, CancellationToken.None, labels, fields));
        Assert.Equal(400, (int)refused.Status);
    }

    [Fact]
    public async Task Pages_show_the_moment_of_the_first_one()
    {
        for (var index = 0; index < 5; index++)
        {
            await cluster.AddNodeAsync($"n{index}");
        }

        var first = (await cluster.Client.FindRawAsync("api/v1/nodes?limit=2", CancellationToken.None))!;
        await cluster.Client.DeleteAsync(KubeResources.Nodes, null, "n4", CancellationToken.None);
        await cluster.AddNodeAsync("n5");
        var second = (await cluster.Client.FindRawAsync($"api/v1/nodes?limit=2&continue={first["metadata"]!["continue"]}", CancellationToken.None))!;
        var third = (await cluster.Client.FindRawAsync($"api/v1/nodes?limit=2&continue={second["metadata"]!["continue"]}", CancellationToken.None))!;

        Assert.Equal("n0,n1|n2,n3|n4", string.Join('|', new[] { first, second, third }.Select(Names)));
        Assert.Equal((string?)first["metadata"]!["resourceVersion"], (string?)third["metadata"]!["resourceVersion"]);
        Assert.Equal(3, (int)first["metadata"]!["remainingItemCount"]!);
        Assert.Null(third["metadata"]!["continue"]);
    }

    [Fact]
    public async Task A_page_of_a_forgotten_list_is_gone()
    {
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => cluster.Client.FindRawAsync("api/v1/nodes?limit=2&continue=77-2", CancellationToken.None));
        Assert.True(refused.IsGone);
    }

    [Fact]
    public async Task The_client_reads_all_pages()
    {
        for (var index = 0; index < 1201; index++)
        {
            cluster.Server.Seed("api/v1/nodes", System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"n{{{index:0000}}}"}}"""));
        }

        var all = await cluster.Client.ListAsync(KubeResources.Nodes, null, CancellationToken.None);

        Assert.Equal(Enumerable.Range(0, 1201).Select(index => $"n{index:0000}"), all.Items.Select(node => node.Metadata.Name));
        Assert.NotEmpty(all.Metadata.ResourceVersion!);
    }

    [Fact]
    public async Task A_watch_of_a_selection_sees_objects_come_and_go_as_they_match()
    {
        var start = (await cluster.Client.ListAsync(KubeResources.Pods, null, CancellationToken.None)).Metadata.ResourceVersion!;
        var pod = await cluster.AddPodAsync("a");
        await LabelAsync("web");
        await LabelAsync("web", "more");
        await LabelAsync("db");
        await LabelAsync("web");
        await cluster.Client.DeleteAsync(KubeResources.Pods, "default", "a", CancellationToken.None);

        var seen = await WatchAsync(start, 6, "app=web");

        Assert.Equal("Added,Modified,Deleted,Added,Modified,Deleted", string.Join(',', seen.Select(change => change.Type)));
        Assert.Equal(seen.Select(change => long.Parse(change.Object.Metadata.ResourceVersion!)).Order(), seen.Select(change => long.Parse(change.Object.Metadata.ResourceVersion!)));

        Task LabelAsync(string app, string more = "") => cluster.PatchAsync(
            pod, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = app, ["more"] = more } } });
    }

    [Fact]
    public async Task A_watch_from_before_the_window_is_gone()
    {
        using var small = new TestCluster(new InMemoryLimits { MostChanges = 3 });
        var start = (await small.Client.ListAsync(KubeResources.Nodes, null, CancellationToken.None)).Metadata.ResourceVersion!;
        for (var index = 0; index < 5; index++)
        {
            await small.AddNodeAsync($"n{index}");
        }

        var gone = await Assert.ThrowsAsync<KubeApiException>(async () =>
        {
            await foreach (var _ in small.Client.WatchAsync(KubeResources.Nodes, null, start, TimeSpan.FromMinutes(1), CancellationToken.None))
            {
            }
        });

        Assert.True(gone.IsGone);
    }

    [Fact]
    public async Task What_superseded_versions_hold_is_bounded_too()
    {
        using var small = new TestCluster(new InMemoryLimits { MostChangedBytes = 10_000 });
        var pod = await small.AddPodAsync("a");
        for (var index = 0; index < 50; index++)
        {
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["x"] = new string('x', 1000 + index) } } };
            await small.PatchAsync(pod, patch);
        }

        var gone = await Assert.ThrowsAsync<KubeApiException>(async () =>
        {
            var watch = small.Client.WatchAsync(KubeResources.Pods, null, pod.Metadata.ResourceVersion!, TimeSpan.FromMinutes(1), CancellationToken.None);
            await foreach (var _ in watch)
            {
            }
        });

        Assert.True(gone.IsGone);
    }

    [Fact]
    public async Task A_watch_is_told_how_far_it_is_and_ends_in_time()
    {
        using var quick = new TestCluster(new InMemoryLimits { BookmarkInterval = TimeSpan.FromMilliseconds(50) });
        await quick.AddNodeAsync("n");
        var list = await quick.Client.ListAsync(KubeResources.Pods, null, CancellationToken.None);
        var types = new List<WatchEventType>();

        await foreach (var batch in quick.Client.WatchAsync(KubeResources.Pods, null, "1", TimeSpan.FromSeconds(1), CancellationToken.None))
        {
            types.AddRange(batch.Select(change => change.Type));
            Assert.Equal(list.Metadata.ResourceVersion, batch[^1].Object.Metadata.ResourceVersion);
        }

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Equal(WatchEventType.Bookmark, type));
    }

    [Fact]
    public async Task A_watch_without_a_version_begins_with_what_is_there()
    {
        await AddLabelledAsync();
        var seen = await WatchAsync("0", 2, "app=web");
        Assert.Equal("a,b", string.Join(',', seen.Select(change => change.Object.Metadata.Name)));
    }

    private static string Names(JsonObject list) => string.Join(',', list["items"]!.AsArray().Select(item => (string?)item!["metadata"]!["name"]));

    private async Task<List<WatchEvent<Scheduling.Cluster.Documents.PodDocument>>> WatchAsync(string from, int count, string selector)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var seen = new List<WatchEvent<Scheduling.Cluster.Documents.PodDocument>>();
        await foreach (var batch in cluster.Client.WatchAsync(KubeResources.Pods, null, from, TimeSpan.FromMinutes(1), patience.Token, selector))
        {
            seen.AddRange(batch);
            if (seen.Count >= count)
            {
                break;
            }
        }

        return seen;
    }

    private async Task AddLabelledAsync()
    {
        foreach (var (name, labels) in new (string, JsonObject)[]
        {
            ("a", new() { ["app"] = "web", ["tier"] = "1" }),
            ("b", new() { ["app"] = "web" }),
            ("c", new() { ["app"] = "db", ["tier"] = "1" }),
            ("d", new() { ["tier"] = "2" }),
        })
        {
            await cluster.AddPodAsync(name, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } });
        }
    }
}
