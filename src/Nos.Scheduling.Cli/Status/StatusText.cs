using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Documents;
using Spectre.Console;

namespace Nos.Scheduling.Cli.Status;

/// <summary><c>status</c> for people.</summary>
internal static class StatusText
{
    /// <summary>A line for each GPU, then what is wrong, then the sums.</summary>
    internal static void Write(IReadOnlyList<NodeView> nodes, TextWriter output)
    {
        var console = Terminal.On(output);
        var table = new Table().NoBorder().AddColumns("NODE", "MODE", "READY", "GPU", "PRODUCT", "MAP", "USED", "FREE");
        foreach (var node in nodes)
        {
            foreach (var gpu in node.Gpus)
            {
                table.AddRow(
                    Plain(node.Name), Plain(node.Mode), Plain(node.Ready), Plain($"{gpu.Index}"), Plain(gpu.Product), Map(gpu.Map), Plain(Shapes(gpu.Used)), Plain(Shapes(gpu.Free)));
            }

            if (node.Gpus.Count == 0)
            {
                table.AddRow(Plain(node.Name), Plain(node.Mode), Plain(node.Ready), Plain("-"), Plain("-"), Plain("-"), Plain("-"), Plain("-"));
            }
        }

        console.Write(table);
        foreach (var remark in nodes.SelectMany(Remarks))
        {
            console.WriteLine(remark);
        }

        var gpus = nodes.SelectMany(node => node.Gpus).ToList();
        var (used, free) = (gpus.Sum(gpu => gpu.Used.Count()), gpus.Sum(gpu => gpu.Free.Count()));
        console.WriteLine($"{Count(nodes.Count, "node")}, {Count(gpus.Count, "GPU")}, {Count(used, "slice")} used, {free} free");
    }

    private static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";

    private static IEnumerable<string> Remarks(NodeView node) =>
    [
        .. node.Ready == "True" ? Array.Empty<string>() : [$"{node.Name} is not ready: {node.Why ?? "its agent has not said so"}"],
        .. node.Gpus.SelectMany(gpu => gpu.Slices).Where(slice => slice.State is not (SliceStates.Used or SliceStates.Free))
            .Select(slice => $"{node.Name}: slice {slice.Id} is {slice.State}{(slice.Message is null ? "" : ": " + slice.Message)}"),
    ];

    /// <summary><c>2x1g.10gb 3g.40gb</c>: in order of place, equal ones together.</summary>
    private static string Shapes(IEnumerable<SliceView> slices)
    {
        var shapes = slices.GroupBy(slice => slice.Shape).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()}x{group.Key}");
        return string.Join(' ', shapes) is { Length: > 0 } text ? text : "-";
    }

    private static Text Plain(string text) => new(text.Length == 0 ? "-" : text);

    private static Paragraph Map(string map)
    {
        var drawn = new Paragraph();
        foreach (var part in map.Select(cell => $"{cell}"))
        {
            drawn.Append(part, part == "#" ? new Style(Color.Yellow) : new Style(Color.Green));
        }

        return drawn;
    }
}
