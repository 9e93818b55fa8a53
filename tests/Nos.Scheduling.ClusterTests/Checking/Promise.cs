using System.Text.RegularExpressions;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>One entry of <c>nos.nebuly.com/slices</c>.</summary>
/// <param name="Id">As the GpuNode names the slice.</param>
/// <param name="Resource">What its shape is called when nothing says otherwise.</param>
internal sealed partial record Promise(string Container, int Gpu, string Id, string Resource)
{
    /// <summary>Null where any entry cannot be read.</summary>
    public static IReadOnlyList<Promise>? ReadAll(string? annotation)
    {
        var entries = (annotation ?? "").Split(',');
        var read = entries.Select(Read).OfType<Promise>().ToList();
        return read.Count == entries.Length ? read : null;
    }

    private static Promise? Read(string entry)
    {
        var read = Form().Match(entry);
        if (!read.Success)
        {
            return null;
        }

        var (gpu, shape, number) = (read.Groups["gpu"].Value, read.Groups["shape"].Value, read.Groups["number"].Value);
        var kind = read.Groups["sign"].Value == "@" ? "mig" : "gpu";
        return new Promise(read.Groups["container"].Value, int.Parse(gpu), $"{gpu}-{shape}-{number}", $"nvidia.com/{kind}-{shape}");
    }

    // main=0/1g.10gb@3 is a MIG instance, main=0/10gb#1 an MPS share.
    [GeneratedRegex(@"^(?<container>[^=]+)=(?<gpu>\d+)/(?<shape>[^@#]+)(?<sign>[@#])(?<number>\d+)$")]
    private static partial Regex Form();
}
