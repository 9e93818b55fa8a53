using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class ReadmissionPlanTests
{
    [Fact]
    public void Takes_pods_of_controllers_namespace_by_namespace_and_no_bare_ones() => Assert.Equal(
        ["a: c, d by c", "b: e by e"],
        Plan([Unadmitted.Pod("e", "rs", "b"), Unadmitted.Pod("d", "rs2", "a"), Unadmitted.Pod("bare", null, "a"), Unadmitted.Pod("c", "rs", "a"), Unadmitted.Pod("bare", null, "z")]));

    [Fact]
    public void Takes_each_controller_once_an_outage() => Assert.Equal(
        ["team: other, second by other"],
        Plan([Unadmitted.Pod("anew", "rs"), Unadmitted.Pod("second", "rs"), Unadmitted.Pod("other", "rs2")], ("rs", ["first", "second"])));

    [Fact]
    public void Looks_whether_the_webhook_answers_also_where_nobody_may_go() =>
        Assert.Equal(["team:  by anew"], Plan([Unadmitted.Pod("anew", "rs"), Unadmitted.Pod("bare")], ("rs", ["first"])));

    [Fact]
    public void Takes_no_more_than_may_be_at_once() => Assert.Equal(
        ["a: p0, p1, p2 by p0"],
        Steps(ReadmissionPlan.Of([.. Enumerable.Range(0, 5).Select(index => Unadmitted.Pod($"p{index}", "rs", "a")), Unadmitted.Pod("q", "rs", "b")], Dealt([]), 3)));

    private static string[] Plan(IReadOnlyList<PodRecord> pods, params (string Controller, string[] Pods)[] dealt) =>
        Steps(ReadmissionPlan.Of(pods, Dealt(dealt), 50));

    private static Dictionary<string, IReadOnlySet<string>> Dealt((string Controller, string[] Pods)[] dealt) => dealt.ToDictionary(
        one => $"uid-{one.Controller}", IReadOnlySet<string> (one) => one.Pods.Select(pod => $"uid-team-{pod}").ToHashSet());

    private static string[] Steps(IReadOnlyList<ReadmissionStep> steps) =>
        [.. steps.Select(step => $"{step.Namespace}: {string.Join(", ", step.Pods.Select(pod => pod.Name))} by {step.Probe.Name}")];
}
