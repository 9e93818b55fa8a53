using System.Text.Json.Nodes;

namespace Nos.Scheduling.Benchmarks;

/// <summary>Filter calls over HTTP: five runs of 2,000 calls, the run with the middle median counts.</summary>
internal static class FilterRun
{
    private const int Calls = 2000;

    internal static async Task RunAsync(bool record)
    {
        using var server = await EmbeddedServer.StartAsync();
        await server.FilterAsync(Calls);
        var runs = new List<double[]>();
        for (var run = 0; run < 5; run++)
        {
            runs.Add(await server.FilterAsync(Calls));
            Console.WriteLine($"run {run}: median {runs[^1][Calls / 2]:0.00} ms, p99 {runs[^1][Calls * 99 / 100]:0.00} ms, max {runs[^1][^1]:0.00} ms");
        }

        var middle = runs.OrderBy(times => times[Calls / 2]).ElementAt(2);
        Limits.Show("filter_5000_nodes_http", new JsonObject
        {
            ["median_ms"] = Math.Round(middle[Calls / 2], 2),
            ["p99_ms"] = Math.Round(middle[Calls * 99 / 100], 2),
            ["medians_of_five_runs_ms"] = new JsonArray([.. runs.Select(times => JsonValue.Create(Math.Round(times[Calls / 2], 2)))]),
        }, record);
    }
}
