using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class EventBatchTests
{
    /// <summary>
    /// A batch is written as <c>+a ~a -a</c>: added, changed, deleted; a number behind it is the version. An event is <c>[changed|deleted]</c>.
    /// </summary>
    [Theory]
    [InlineData("", "")]
    [InlineData("+a1 +b2", "[a1,b2|]")]
    [InlineData("+a1 ~a2 ~a3", "[a3|]")]
    [InlineData("~a1 -b2", "[a1|b2]")]
    [InlineData("-a1 +a2", "[|a1][a2|]")]
    [InlineData("+a1 -a2", "[a1|][|a2]")]
    [InlineData("+b1 -a2 +a3 ~b4", "[b1|a2][a3,b4|]")]
    [InlineData("+a1 *9", "[a1|]")]
    [InlineData("*9", "")]
    public void Tells_the_last_state_of_each_object_and_never_mixes_up_a_turn(string batch, string expected)
    {
        var told = EventBatch.Fold<NodeDocument>([.. batch.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Read)]);
        Assert.Equal(expected, string.Concat(told.Select(Draw)));
        Assert.All(EventBatch.Fold<NodeDocument>([Read("+a1")]), change => Assert.False(change.IsReplacement));
    }

    private static WatchEvent<NodeDocument> Read(string text)
    {
        var type = text[0] switch
        {
            '+' => WatchEventType.Added,
            '~' => WatchEventType.Modified,
            '-' => WatchEventType.Deleted,
            _ => WatchEventType.Bookmark,
        };
        return new WatchEvent<NodeDocument>(type, new NodeDocument { Metadata = new ObjectMeta { Name = text[1..2], ResourceVersion = text[^1..] } });
    }

    private static string Draw(InformerEvent<NodeDocument> change) => $"[{Names(change.Changed)}|{Names(change.Deleted)}]";

    private static string Names(IReadOnlyList<NodeDocument> nodes) => string.Join(',', nodes.Select(node => node.Metadata.Name + node.Metadata.ResourceVersion));
}
