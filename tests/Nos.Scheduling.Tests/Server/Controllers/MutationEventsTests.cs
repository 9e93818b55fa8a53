using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class MutationEventsTests
{
    [Fact]
    public void Tells_what_was_chosen() =>
        Assert.Equal("team/p Mutated: Chose this.", Told(Pod("{}", "Chose this."), 10));

    [Theory]
    [InlineData(null, "Chose this.", 10)]
    [InlineData("{}", null, 10)]
    [InlineData("{}", "Chose this.", 301)]
    public void Tells_nothing_of_pods_that_were_not_translated_or_long_ago(string? requested, string? chosen, int age) => Assert.Null(Told(Pod(requested, chosen), age));

    private static string? Told(PodDocument pod, int age) => MutationEvents.Of(pod, Facts.Now.AddSeconds(age)) is { } told
        ? $"{told.Namespace}/{told.Name} {told.Reason}: {told.Message}" : null;

    private static PodDocument Pod(string? requested, string? chosen)
    {
        var annotations = new Dictionary<string, string>();
        if (requested is not null)
        {
            annotations["nos.nebuly.com/requested"] = requested;
        }

        if (chosen is not null)
        {
            annotations["nos.nebuly.com/chosen"] = chosen;
        }

        var pod = Facts.Pod("p");
        return pod with { Metadata = pod.Metadata with { Annotations = annotations, CreationTimestamp = Facts.Now } };
    }
}
