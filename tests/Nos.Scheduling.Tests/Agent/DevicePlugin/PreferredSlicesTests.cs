using Nos.Scheduling.Agent.DevicePlugin;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class PreferredSlicesTests
{
    [Theory]
    [InlineData("b a c", "", 1, "", "a")]
    [InlineData("a b c", "", 1, "c", "c")]
    [InlineData("a b c", "", 1, "a/b", "a")]
    [InlineData("a b c", "", 1, "b c/a", "a")]
    [InlineData("a b c", "", 2, "a/b c", "b c")]
    [InlineData("a b c", "", 1, "d/b", "b")]
    [InlineData("a b c", "c", 2, "a", "c b")]
    [InlineData("a b c", "c", 2, "a c", "c a")]
    [InlineData("a b c", "", 2, "a", "b c")]
    [InlineData("a b", "", 2, "a", "b a")]
    [InlineData("a", "", 2, "", "a")]
    public void What_must_be_comes_first_then_a_promise_that_matches_then_what_nobody_was_promised(
        string available, string required, int size, string promises, string chosen) =>
        Assert.Equal(Slices.Words(chosen), PreferredSlices.Choose(
            [.. Slices.Words(available)],
            [.. Slices.Words(required)],
            size,
            [.. promises.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(promise => (IReadOnlyList<string>)[.. Slices.Words(promise)])]));
}
