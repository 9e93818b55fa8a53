using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class InformerTests : IDisposable
{
    private readonly TestCluster cluster = new();
    private readonly CancellationTokenSource stop = new();

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        cluster.Dispose();
    }

    [Fact]
    public async Task Tells_all_there_is_and_then_what_changes()
    {
        await cluster.AddNodeAsync("a");
        var heard = Follow(cluster.Client);
        await heard.Informer.Synced;
        Assert.Equal(["a"], heard.Names);

        await cluster.AddNodeAsync("b");
        await cluster.Client.DeleteAsync(KubeResources.Nodes, null, "a", CancellationToken.None);

        await heard.UntilAsync("b");
        Assert.Equal(1, heard.Replacements);
        Assert.Equal(0, heard.Informer.Restarts);
    }

    [Fact]
    public async Task Goes_on_where_it_was_after_a_lost_connection()
    {
        using var network = new FaultyNetwork(cluster.Server);
        var heard = Follow(network.Client());
        await heard.Informer.Synced;
        for (var round = 1; round <= 5; round++)
        {
            // What is heard came through an open watch; what follows falls into the gap.
            await cluster.AddNodeAsync($"n{round}");
            await heard.UntilAsync(() => heard.Names.Contains($"n{round}"));
            network.Cut();
            await cluster.AddNodeAsync($"n{round}-gap");
            await heard.UntilAsync(() => heard.Names.Contains($"n{round}-gap"));
            await heard.UntilAsync(() => heard.Informer.Restarts == round);
        }

        Assert.Equal(1, heard.Replacements);
        Assert.Equal(10, heard.Events.Sum(change => change.Changed.Count));
    }

    [Fact]
    public async Task Lists_anew_when_the_server_has_forgotten_its_version()
    {
        using var small = new TestCluster(new Scheduling.Cluster.InMemory.InMemoryLimits { MostChanges = 2 });
        using var network = new FaultyNetwork(small.Server);
        await small.AddNodeAsync("gone");
        var heard = Follow(network.Client());
        await heard.UntilAsync("gone");

        network.IsDown = true;
        network.Cut();
        await small.Client.DeleteAsync(KubeResources.Nodes, null, "gone", CancellationToken.None);
        foreach (var name in new[] { "a", "b", "c" })
        {
            await small.AddNodeAsync(name);
        }

        network.IsDown = false;

        await heard.UntilAsync("a", "b", "c");
        Assert.Equal(2, heard.Replacements);
    }

    [Fact]
    public async Task Lists_anew_when_the_watch_is_refused_as_too_old()
    {
        var refusals = 0;
        using var client = new ScriptedServer(request => IsWatch(request)
            ? ++refusals == 1 ? ScriptedServer.Json("""{"code":410,"reason":"Expired"}""", 410) : ScriptedServer.Stream(new PiecesStream([], PiecesStream.Silent))
            : ScriptedServer.Json("""{"metadata":{"resourceVersion":"5"},"items":[]}""")).Client();
        var heard = Follow(client);
        await heard.UntilAsync(() => heard.Replacements == 2);
        Assert.Equal(1, heard.Informer.Restarts);
    }

    [Fact]
    public async Task Ends_by_cancellation_and_by_nothing_else_in_mid_watch()
    {
        using var end = new CancellationTokenSource();
        var informer = new Informer<NodeDocument>(cluster.Client, KubeResources.Nodes, _ => { }, NullLogger.Instance, TimeProvider.System);
        var running = informer.RunAsync(end.Token);
        var version = (await cluster.AddNodeAsync("a")).Metadata.ResourceVersion!;
        await informer.ReachedAsync(version).WaitAsync(TimeSpan.FromSeconds(30));

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Says_when_it_has_heard_of_a_write_and_of_all_before_it()
    {
        var heard = Follow(cluster.Client);
        await heard.Informer.Synced;
        var version = (await cluster.AddNodeAsync("a")).Metadata.ResourceVersion!;

        await heard.Informer.ReachedAsync(version).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["a"], heard.Names);
        Assert.True(heard.Informer.ReachedAsync(version).IsCompletedSuccessfully);
        Assert.False(heard.Informer.ReachedAsync("999999999").IsCompleted);
        Assert.False(heard.Informer.ReachedAsync("no number").IsCompleted);
    }

    [Fact]
    public async Task Lists_anew_when_it_is_asked_to_though_the_watch_goes_well()
    {
        var heard = Follow(cluster.Client);
        await heard.Informer.Synced;
        await cluster.AddNodeAsync("a");
        await heard.UntilAsync("a");

        await heard.Informer.ListAnewAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(2, heard.Replacements);
        await cluster.AddNodeAsync("b");
        await heard.UntilAsync("a", "b");
        Assert.Equal(2, heard.Replacements);
    }

    [Fact]
    public async Task A_list_that_was_asked_for_while_the_server_was_down_comes_when_it_is_back()
    {
        using var network = new FaultyNetwork(cluster.Server);
        var heard = Follow(network.Client());
        await heard.Informer.Synced;
        network.IsDown = true;
        var listed = heard.Informer.ListAnewAsync();
        await heard.UntilAsync(() => heard.Informer.Restarts > 0);
        Assert.False(listed.IsCompleted);
        await cluster.AddNodeAsync("a");

        network.IsDown = false;

        await listed.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["a"], heard.Names);
        Assert.Equal(2, heard.Replacements);
    }

    [Fact]
    public async Task Hands_over_together_what_arrives_together()
    {
        var lines = string.Concat(Enumerable.Range(0, 100).Select(index => Line("ADDED", $"n{index:00}", index + 10)));
        using var client = Watching([Encoding.UTF8.GetBytes(lines)]);
        var heard = Follow(client);
        await heard.UntilAsync(() => heard.Names.Count == 100);
        Assert.Equal([0, 100], heard.Events.Select(change => change.Changed.Count));
    }

    [Fact]
    public async Task Garbage_spoils_nothing_else()
    {
        using var client = Watching([Encoding.UTF8.GetBytes(Line("ADDED", "a", 10) + "garbage\n" + """{"type":"ADDED","object":{"metadata":{"name":7}}}""" + "\n" + Line("ADDED", "b", 12))]);
        var heard = Follow(client);
        await heard.UntilAsync("a", "b");
        Assert.Equal(2, heard.Informer.UnreadableObjects);
        Assert.Equal(0, heard.Informer.Restarts);
    }

    [Fact]
    public async Task A_listener_that_throws_hears_the_next_change_all_the_same()
    {
        var heard = Follow(cluster.Client, change => change.Changed.Any(node => node.Metadata.Name == "bad"));
        await heard.Informer.Synced;
        await cluster.AddNodeAsync("bad");
        await heard.UntilAsync(() => heard.Informer.ListenerFailures == 1);
        await cluster.AddNodeAsync("good");
        await heard.UntilAsync("good");
        Assert.Equal(0, heard.Informer.Restarts);
    }

    [Fact]
    public async Task Waits_for_a_server_that_is_down_at_first()
    {
        using var network = new FaultyNetwork(cluster.Server) { IsDown = true };
        var heard = Follow(network.Client());
        await heard.UntilAsync(() => heard.Informer.Restarts >= 2);
        Assert.False(heard.Informer.Synced.IsCompleted);

        network.IsDown = false;

        await heard.Informer.Synced.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Resumes_after_the_last_bookmark()
    {
        var watches = 0;
        var server = new ScriptedServer(request => !IsWatch(request)
            ? ScriptedServer.Json("""{"metadata":{"resourceVersion":"5"},"items":[]}""")
            : ++watches == 1
                ? ScriptedServer.Stream(new PiecesStream([Encoding.UTF8.GetBytes("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"77"}}}""" + "\n")], PiecesStream.Broken))
                : ScriptedServer.Stream(new PiecesStream([], PiecesStream.Silent)));
        using var client = server.Client();
        var heard = Follow(client);
        await heard.UntilAsync(() => server.Asked.Count == 3);
        Assert.Contains("resourceVersion=5&", server.Asked[1].Path, StringComparison.Ordinal);
        Assert.Contains("resourceVersion=77&", server.Asked[2].Path, StringComparison.Ordinal);
        Assert.Contains("allowWatchBookmarks=true", server.Asked[2].Path, StringComparison.Ordinal);
        Assert.Equal(1, heard.Replacements);
    }

    [Fact]
    public async Task Ends_when_it_is_told_to_and_only_then()
    {
        using var network = new FaultyNetwork(cluster.Server) { IsDown = true };
        var heard = Follow(network.Client());
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard.Running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heard.Informer.Synced);
    }

    [Fact]
    public async Task Follows_many_writers_to_the_last_change()
    {
        using var network = new FaultyNetwork(cluster.Server);
        var heard = Follow(network.Client());
        await heard.Informer.Synced;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var index = 0; index < 250; index++)
            {
                await cluster.AddNodeAsync($"n{writer}-{index:000}");
                if (index % 2 == 0)
                {
                    await cluster.Client.DeleteAsync(KubeResources.Nodes, null, $"n{writer}-{index:000}", CancellationToken.None);
                }

                if (index == 100)
                {
                    network.Cut();
                }
            }
        })));

        var expected = (await cluster.Client.ListAsync(KubeResources.Nodes, null, CancellationToken.None)).Items.Select(node => node.Metadata.Name).ToArray();
        Assert.Equal(500, expected.Length);
        await heard.UntilAsync(expected);
    }

    private static bool IsWatch(HttpRequestMessage request) => request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal);

    private static string Line(string type, string name, int version) =>
        new JsonObject { ["type"] = type, ["object"] = new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["resourceVersion"] = $"{version}" } } }.ToJsonString() + "\n";

    /// <summary>A server without objects whose watch brings these pieces and then falls silent.</summary>
    private static KubeClient Watching(byte[][] pieces) => new ScriptedServer(request => IsWatch(request)
        ? ScriptedServer.Stream(new PiecesStream(pieces, PiecesStream.Silent))
        : ScriptedServer.Json("""{"metadata":{"resourceVersion":"5"},"items":[]}""")).Client();

    private Heard Follow(KubeClient client, Func<InformerEvent<NodeDocument>, bool>? throwsAt = null) => new(client, throwsAt, stop.Token);

    /// <summary>A listener that keeps a copy, and what it was told.</summary>
    private sealed class Heard
    {
        private readonly Lock gate = new();
        private readonly SortedSet<string> names = new(StringComparer.Ordinal);
        private readonly List<InformerEvent<NodeDocument>> events = [];

        public Heard(KubeClient client, Func<InformerEvent<NodeDocument>, bool>? throwsAt, CancellationToken stop)
        {
            Informer = new Informer<NodeDocument>(client, KubeResources.Nodes, change => Hear(change, throwsAt), NullLogger.Instance, TimeProvider.System);
            Running = Informer.RunAsync(stop);
        }

        public Informer<NodeDocument> Informer { get; }

        public Task Running { get; }

        public IReadOnlyCollection<string> Names
        {
            get
            {
                lock (gate)
                {
                    return [.. names];
                }
            }
        }

        public IReadOnlyList<InformerEvent<NodeDocument>> Events
        {
            get
            {
                lock (gate)
                {
                    return [.. events];
                }
            }
        }

        public int Replacements => Events.Count(change => change.IsReplacement);

        public Task UntilAsync(params string[] expected) => UntilAsync(() => Names.SequenceEqual(expected));

        public async Task UntilAsync(Func<bool> holds)
        {
            for (var tries = 0; !holds(); tries++)
            {
                Assert.True(tries < 3000, $"heard only: {string.Join(' ', Names)}");
                await Task.Delay(10);
            }
        }

        private void Hear(InformerEvent<NodeDocument> change, Func<InformerEvent<NodeDocument>, bool>? throwsAt)
        {
            if (throwsAt?.Invoke(change) == true)
            {
                throw new InvalidOperationException("the listener's own trouble");
            }

            lock (gate)
            {
                events.Add(change);
                if (change.IsReplacement)
                {
                    names.Clear();
                }

                names.UnionWith(change.Changed.Select(node => node.Metadata.Name));
                names.ExceptWith(change.Deleted.Select(node => node.Metadata.Name));
            }
        }
    }
}
