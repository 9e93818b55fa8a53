using System.Text.Json.Nodes;

namespace Nos.Scheduling.Benchmarks;

/// <summary>Anonymous memory of the server with 5,000 nodes and 20,000 pods.</summary>
internal static class MemoryRun
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    internal static async Task RunAsync(bool record)
    {
        using var server = await EmbeddedServer.StartAsync();
        var atStart = server.AnonymousMiB;
        await server.FilterAsync(1000);
        var afterCalls = server.AnonymousMiB;
        var cpu = server.Cpu;
        var peak = afterCalls;
        for (var second = 0; second < Idle.TotalSeconds; second++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            peak = Math.Max(peak, server.AnonymousMiB);
        }

        Limits.Show("memory_5000_nodes_20000_pods", new JsonObject
        {
            ["rss_anon_mib_when_ready"] = Math.Round(atStart),
            ["rss_anon_mib_after_1000_filters"] = Math.Round(afterCalls),
            ["rss_anon_mib_two_minutes_later"] = Math.Round(server.AnonymousMiB),
            ["rss_anon_mib_at_most"] = Math.Round(Math.Max(peak, atStart)),
            ["idle_cpu_percent_of_a_core"] = Math.Round((server.Cpu - cpu) / Idle * 100, 1),
            ["seconds_until_ready"] = Math.Round(server.Startup.TotalSeconds, 1),
        }, record);
    }
}
