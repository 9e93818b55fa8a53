using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;

namespace Nos.Scheduling.Tests.Cluster.Leading;

public sealed class RivalWatchTests
{
    private readonly TwoClocks clocks = new();
    private readonly RivalWatch watch;

    public RivalWatchTests() => watch = new RivalWatch("nos-system/ours", clocks);

    [Fact]
    public void Sees_a_write_by_another_lease_during_our_term()
    {
        watch.Begin([Node("a", null)]);

        var rival = watch.See(Node("a", "nos-system/theirs", holder: "server-7"));

        Assert.NotNull(rival);
        Assert.Same(rival, watch.Latest);
        Assert.Contains("server-7", rival.Sentence);
        Assert.Contains("nos-system/theirs", rival.Sentence);
        Assert.Contains("--lease-name", rival.Sentence);
    }

    [Fact]
    public void A_hand_over_is_none()
    {
        watch.Begin([Node("a", "nos-system/ours", holder: "before")]);

        Assert.Null(watch.See(Node("a", "nos-system/ours", holder: "before", second: 1)));
        Assert.Null(watch.See(Node("a", "nos-system/ours", holder: "me", second: 2)));
        Assert.Null(watch.See(Node("new", "nos-system/ours", holder: "me", second: 3)));
        Assert.Null(watch.Latest);
        Assert.False(watch.AreLikely);
    }

    [Fact]
    public void What_another_lease_wrote_before_our_term_says_nothing_certain()
    {
        watch.Begin([Node("a", "nos-system/theirs")]);

        Assert.Null(watch.See(Node("a", "nos-system/theirs")));
        Assert.Null(watch.Latest);
        Assert.True(watch.AreLikely);
        clocks.Advance(600);
        Assert.False(watch.AreLikely);
    }

    [Fact]
    public void The_same_write_counts_once_and_is_forgotten_after_a_while()
    {
        watch.Begin([]);
        Assert.NotNull(watch.See(Node("a", "nos-system/theirs")));
        Assert.Null(watch.See(Node("a", "nos-system/theirs")));
        Assert.NotNull(watch.See(Node("a", "nos-system/theirs", second: 1)));

        clocks.Advance(600);

        Assert.Null(watch.Latest);
        Assert.False(watch.AreLikely);
    }

    [Fact]
    public void Before_the_term_nothing_is_looked_at()
    {
        Assert.Null(watch.See(Node("a", "nos-system/theirs")));
        Assert.Null(watch.Latest);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"lease":1,"holder":"x","at":"2026-11-24T10:00:00Z"}""")]
    [InlineData("""{"lease":"a/b","holder":"x","at":"yesterday"}""")]
    public void A_signature_that_cannot_be_read_is_none(string written)
    {
        watch.Begin([]);

        Assert.Null(Signature.Read(written));
        Assert.Null(watch.See(new GpuNodeDocument { Metadata = new ObjectMeta { Name = "a", Annotations = new() { [NosKeys.WrittenBy] = written } } }));
    }

    [Fact]
    public void A_signature_is_read_as_it_was_written_and_each_is_another()
    {
        var author = new Author("nos-system/ours", "server-0_\"quoted\"", clocks);
        var first = author.Sign();
        clocks.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(new Signature("nos-system/ours", "server-0_\"quoted\"", clocks.GetUtcNow().AddTicks(-1)), Signature.Read(first));
        Assert.NotEqual(first, author.Sign());
    }

    private GpuNodeDocument Node(string name, string? lease, string holder = "other", int second = 0) => new()
    {
        Metadata = new ObjectMeta
        {
            Name = name,
            Annotations = lease is null ? null : new() { [NosKeys.WrittenBy] = new Signature(lease, holder, clocks.GetUtcNow().AddSeconds(second)).ToString() },
        },
    };
}
