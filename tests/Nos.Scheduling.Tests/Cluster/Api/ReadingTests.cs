using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Api;

/// <summary>Bodies come in pieces of any size; what is read is the same.</summary>
public sealed class ReadingTests
{
    private static readonly string Page = """
        {"kind":"NodeList","apiVersion":"v1","items":[
          {"metadata":{"name":"a","labels":{"ü":"\u00e4\"}]"}},"unknown":[[{"x":1}]]},
          {"metadata":{"name":"b","labels":7}},
          {"metadata":{"name":"big","annotations":{"x":"BIG"}}},
          null,
          {"metadata":{"name":"c"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}
        ],"metadata":{"resourceVersion":"42","continue":"more"},"extra":{"items":[1]}}

        """.Replace("BIG", new string('x', 3000), StringComparison.Ordinal);

    private static readonly string Lines = """
        {"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"1"}}}
        {"object":{"metadata":{"name":"b","resourceVersion":"2"}},"type":"MODIFIED"}
        this is no JSON
        {"type":"ADDED","object":{"metadata":{"name":"bad","resourceVersion":"3","labels":[]}}}
        {"type":"SOMETHING","object":{}}
        {"type":"DELETED"}

        {"type":"DELETED","object":{"metadata":{"name":"big","annotations":{"x":"BIG"}}}}
        {"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}
        {"type":"ADDED","object":{"metadata":{"name":"cut off
        """.Replace("BIG", new string('x', 5000), StringComparison.Ordinal);

    [Fact]
    public void A_list_is_the_same_in_whatever_pieces_it_comes() => Prop.ForAll(Sizes(), sizes =>
    {
        var (items, skipped, metadata) = ReadList(Cut(Page, sizes)).GetAwaiter().GetResult();
        Assert.Equal(["a", "big", "c"], items.Select(node => node.Metadata.Name));
        Assert.Equal("ä\"}]", items[0].Metadata.Label("ü"));
        Assert.Equal("True", items[2].Status.Conditions![0].Status);
        Assert.Equal(["b", "?"], skipped.Select(bad => bad.Name));
        Assert.Equal(("42", "more"), (metadata.ResourceVersion, metadata.Continue));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_watch_is_the_same_in_whatever_pieces_it_comes() => Prop.ForAll(Sizes(), sizes =>
    {
        var (events, skipped) = ReadWatch(Cut(Lines, sizes)).GetAwaiter().GetResult();
        Assert.Equal(
            ["Added a", "Modified b", "Deleted big", "Bookmark "],
            events.Select(change => $"{change.Type} {change.Object.Metadata.Name}"));
        Assert.Equal(["?", "bad", "?", "?"], skipped.Select(bad => bad.Name));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"items\":[{\"metadata\":{\"name\":\"a\"}}")]
    [InlineData("{\"items\":[}")]
    public async Task What_is_no_list_is_none(string body) =>
        await Assert.ThrowsAnyAsync<JsonException>(() => ReadList([Encoding.UTF8.GetBytes(body)]));

    [Fact]
    public async Task Lines_of_megabytes_are_read()
    {
        var value = new string('v', 5_000_000);
        var line = """{"type":"ADDED","object":{"metadata":{"name":"a","annotations":{"x":"BIG"}}}}""".Replace("BIG", value, StringComparison.Ordinal) + "\n";
        var (events, _) = await ReadWatch([Encoding.UTF8.GetBytes(line)]);
        Assert.Equal(value, events[0].Object.Metadata.Annotation("x"));
    }

    [Fact]
    public async Task What_came_before_an_error_is_given_on()
    {
        var lines = """
            {"type":"ADDED","object":{"metadata":{"name":"a"}}}
            {"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version"}}
            {"type":"ADDED","object":{"metadata":{"name":"b"}}}

            """;
        var events = new List<WatchEvent<NodeDocument>>();
        var gone = await Assert.ThrowsAsync<KubeApiException>(() => ReadWatch([Encoding.UTF8.GetBytes(lines)], events));
        Assert.True(gone.IsGone);
        Assert.Contains("too old resource version", gone.Message, StringComparison.Ordinal);
        Assert.Equal("a", Assert.Single(events).Object.Metadata.Name);
    }

    [Fact]
    public async Task Who_stops_reading_leaves_nothing_running()
    {
        var isEnded = false;
        var body = new PiecesStream([Encoding.UTF8.GetBytes("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n")], async cancellation =>
        {
            try
            {
                await PiecesStream.Silent(cancellation);
            }
            finally
            {
                isEnded = true;
            }
        });
        await foreach (var _ in new WatchReader<NodeDocument>(KubeResources.Nodes, _ => { }).ReadAsync(body, CancellationToken.None))
        {
            break;
        }

        Assert.True(isEnded);
    }

    private static Arbitrary<int[]> Sizes() => Gen.Choose(1, 700).NonEmptyListOf().Select(sizes => sizes.ToArray()).ToArbitrary();

    private static IEnumerable<byte[]> Cut(string text, int[] sizes)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var (start, piece) = (0, 0); start < bytes.Length; piece++)
        {
            var size = Math.Min(sizes[piece % sizes.Length], bytes.Length - start);
            yield return bytes[start..(start + size)];
            start += size;
        }
    }

    private static async Task<(List<NodeDocument> Items, List<UnreadableObject> Skipped, ListMeta Metadata)> ReadList(IEnumerable<byte[]> pieces)
    {
        List<NodeDocument> items = [];
        List<UnreadableObject> skipped = [];
        var reader = new ListReader<NodeDocument>(KubeResources.Nodes, items, skipped.Add);
        await reader.ReadAsync(new PiecesStream(pieces), CancellationToken.None);
        return (items, skipped, reader.Metadata);
    }

    private static async Task<(List<WatchEvent<NodeDocument>> Events, List<UnreadableObject> Skipped)> ReadWatch(
        IEnumerable<byte[]> pieces, List<WatchEvent<NodeDocument>>? into = null)
    {
        var events = into ?? [];
        List<UnreadableObject> skipped = [];
        await foreach (var batch in new WatchReader<NodeDocument>(KubeResources.Nodes, skipped.Add).ReadAsync(new PiecesStream(pieces), CancellationToken.None))
        {
            events.AddRange(batch);
        }

        return (events, skipped);
    }
}
