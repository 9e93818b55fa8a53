using Nos.Scheduling.Cli.Rendering;
using Spectre.Console;

namespace Nos.Scheduling.Cli.Planning;

/// <summary><c>plan</c> for people.</summary>
internal static class PlanText
{
    /// <summary>A line for each slice of each pod, then who stays out and why, then the sums.</summary>
    internal static void Write(PlanView plan, int waiting, TextWriter output)
    {
        var console = Terminal.On(output);
        var table = new Table().NoBorder().AddColumns("POD", "NODE", "SLICE", "GPU", "BEFORE -> AFTER", "CUTS");
        foreach (var pod in plan.Pods)
        {
            foreach (var (slice, index) in pod.Slices.Select((slice, index) => (slice, index)))
            {
                table.AddRow(
                    Plain(index == 0 ? pod.Key : ""), Plain(index == 0 ? pod.Node! : ""), Plain($"{string.Join(',', slice.Containers)}={slice.Shape}"), Plain($"{slice.Gpu}"),
                    Plain($"{slice.Before} -> {slice.After}"), Plain(Cuts(slice)));
            }

            if (pod.Slices.Count == 0)
            {
                table.AddRow(Plain(pod.Key), Plain(pod.Node ?? "-"), Plain("-"), Plain("-"), Plain("-"), Plain("-"));
            }
        }

        console.Write(table);
        foreach (var like in plan.StayingOut.GroupBy(pod => (pod.StaysOut!.Sentence, pod.StaysOut.Nearest)))
        {
            console.WriteLine($"{Names([.. like])} out: {like.Key.Sentence.TrimEnd('.')}.{(like.Key.Nearest is { } nearest ? $" Nearest: {nearest}." : "")}");
        }

        var (created, destroyed) = (plan.Nodes.Sum(node => node.Gpus.Sum(gpu => gpu.Created.Count)), plan.Nodes.Sum(node => node.Gpus.Sum(gpu => gpu.Destroyed.Count)));
        console.WriteLine(
            $"{plan.Pods.Count - plan.StayingOut.Count()} of {Count(plan.Pods.Count, "pod")} would get a place; {Count(created, "slice")} would be made and {destroyed} destroyed, "
            + $"on {Count(plan.Nodes.Count, "node")}. Nothing was changed.");
        if (waiting > 0)
        {
            console.WriteLine($"{Count(waiting, "pod")} of the cluster {(waiting == 1 ? "waits" : "wait")} for slices already and may be served first.");
        }
    }

    private static string Cuts(PlannedSliceView slice) => slice.IsReuse
        ? "none"
        : string.Join(' ', slice.Destroyed.Select(shape => $"-{shape}").Append($"+{slice.Shape}"));

    private static string Names(IReadOnlyList<PlannedPodView> pods) => pods.Count switch
    {
        1 => $"{pods[0].Key} stays",
        2 => $"{pods[0].Key} and {pods[1].Key} stay",
        _ => $"{pods[0].Key} and {pods.Count - 1} more stay",
    };

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static Text Plain(string text) => new(text);
}
