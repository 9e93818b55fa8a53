using System.Globalization;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>How the binds of one server process ended, by its own metrics.</summary>
internal sealed record BindCounts(int Bound, int Refused)
{
    private const string Metric = "nos_extender_request_duration_seconds_count{verb=\"bind\",result=\"";

    public double RefusedPercent => Bound + Refused == 0 ? 0 : 100.0 * Refused / (Bound + Refused);

    public static async Task<BindCounts> Of(NosPlane nos)
    {
        using var http = new HttpClient();
        var lines = (await http.GetStringAsync(new Uri($"http://127.0.0.1:{nos.PlainPort}/metrics"))).Split('\n').Where(line => line.StartsWith(Metric, StringComparison.Ordinal)).ToList();
        return new BindCounts(Sum(line => line.Contains("result=\"ok\"", StringComparison.Ordinal)), Sum(line => !line.Contains("result=\"ok\"", StringComparison.Ordinal)));

        int Sum(Func<string, bool> counts) => lines.Where(counts).Sum(line => int.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    public BindCounts Since(BindCounts before) => new(Bound - before.Bound, Refused - before.Refused);

    public override string ToString() => $"{Bound} binds succeeded, {Refused} were refused ({RefusedPercent.ToString("0.0", CultureInfo.InvariantCulture)} percent)";
}
