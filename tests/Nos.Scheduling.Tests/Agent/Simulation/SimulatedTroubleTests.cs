using System.Globalization;

namespace Nos.Scheduling.Tests.Agent.Simulation;

public sealed class SimulatedTroubleTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("nos-trouble-");
    private readonly string faults;
    private AgentCluster cluster = new();

    public SimulatedTroubleTests()
    {
        faults = Path.Combine(folder.FullName, "faults.yaml");
        cluster.Options = cluster.Options with { SimulatedFaults = faults, ReportInterval = TimeSpan.FromMilliseconds(200) };
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_driver_that_refuses_fails_the_slice_until_it_no_longer_does()
    {
        await File.WriteAllTextAsync(faults, "node-1: {create: refuse, destroy: refuse}");
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();

        var generation = (await cluster.CutAsync("node-1", "1g.10gb@0")).Metadata.Generation;
        var status = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Failed");
        Assert.Equal("The simulated driver refuses to make 0-1g.10gb-0, as the faults file says.", status.Gpus[0].Slices[0].Message);
        Assert.Equal((generation, null), (status.ObservedGeneration, status.Gpus[0].Slices[0].Advertised));
        await cluster.ConditionAsync("node-1", "Ready", "True", "AgentReady");

        await File.WriteAllTextAsync(faults, "node-1: {destroy: refuse}");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");
        await cluster.CutAsync("node-1", "");
        status = await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Failed");
        Assert.False(status.Gpus[0].Slices[0].Advertised);

        await File.WriteAllTextAsync(faults, "");
        await cluster.ShowsAsync("node-1", "");
    }

    [Fact]
    public async Task A_driver_that_hangs_lets_the_Lease_of_its_node_run_out_and_no_other()
    {
        await File.WriteAllTextAsync(faults, "node-1: {create: hang}");
        foreach (var node in new[] { "node-1", "node-2" })
        {
            cluster.AddNode(node);
            cluster.AddGpuNode(node);
        }

        await cluster.StartAsync();
        await Eventually.Async(async () => await cluster.LeaseAsync("node-1") is null ? "no Lease" : "");
        await cluster.CutAsync("node-1", "1g.10gb@0");
        await cluster.CutAsync("node-2", "1g.10gb@0");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Creating");
        await cluster.ShowsAsync("node-2", "0-1g.10gb-0 Free");

        // Once a round hangs the Lease stands still, however often the other node's is renewed meanwhile.
        var still = await RenewedAsync("node-1");
        for (var beats = 0; beats < 5; beats++)
        {
            var before = await RenewedAsync("node-2");
            await Eventually.Async(async () => await RenewedAsync("node-2") == before ? "no beat of node-2" : "");
        }

        Assert.Equal(still, await RenewedAsync("node-1"));

        await File.WriteAllTextAsync(faults, "");
        await cluster.ShowsAsync("node-1", "0-1g.10gb-0 Free");
        await Eventually.Async(async () => await RenewedAsync("node-1") == still ? "no beat of node-1" : "");
    }

    [Fact]
    public async Task A_Lease_says_who_holds_it_and_for_how_long()
    {
        cluster.Options = cluster.Options with { ReportInterval = TimeSpan.FromSeconds(30) };
        cluster.AddNode("node-1", mode: null);
        await cluster.StartAsync();

        await Eventually.Async(async () => await cluster.LeaseAsync("node-1") is null ? "no Lease" : "");
        var lease = (await cluster.LeaseAsync("node-1"))!.Spec;

        Assert.Equal(("node-1", 90), (lease.HolderIdentity, lease.LeaseDurationSeconds));
        Assert.True(DateTime.TryParseExact(lease.RenewTime, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _), lease.RenewTime);
        Assert.Equal(lease.RenewTime, lease.AcquireTime);
    }

    [Fact]
    public async Task Without_its_namespace_it_says_so_once_works_on_and_tries_again()
    {
        await cluster.DisposeAsync();
        cluster = new AgentCluster(withNamespace: false);
        cluster.Options = cluster.Options with { ReportInterval = TimeSpan.FromMilliseconds(200) };
        for (var node = 1; node <= 20; node++)
        {
            cluster.AddNode($"node-{node}");
            cluster.AddGpuNode($"node-{node}");
        }

        await cluster.StartAsync();
        await cluster.CutAsync("node-7", "1g.10gb@0");
        await cluster.ShowsAsync("node-7", "0-1g.10gb-0 Free");
        await Eventually.Async(() => cluster.Requests.Count(request => request.Request.EndsWith("/leases", StringComparison.Ordinal)) >= 20 && cluster.Log.Any(Says));
        Assert.Single(cluster.Log, Says);

        cluster.AddNamespace("nos-system");
        await Eventually.Async(async () => await cluster.LeaseAsync("node-20") is null ? "no Lease" : "");

        static bool Says(string line) => line.Contains("namespace nos-system does not exist; create it", StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_state_folder_a_kill_at_any_moment_loses_no_slice()
    {
        cluster.Options = cluster.Options with { SimulatedState = Path.Combine(folder.FullName, "state"), SimulatedLatency = TimeSpan.FromMilliseconds(50) };
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.StartAsync();
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1 1g.10gb@2 1g.10gb@3 1g.10gb@4 1g.10gb@5 1g.10gb@6");
        var file = Path.Combine(folder.FullName, "state", "node-1.json");
        await Eventually.Async(() => File.Exists(file) && File.ReadAllText(file).Contains("0-1g.10gb-2", StringComparison.Ordinal));
        await cluster.KillAsync();
        var made = await File.ReadAllTextAsync(file);

        await cluster.StartAsync();
        await cluster.ShowsAsync("node-1", string.Join(", ", Enumerable.Range(0, 7).Select(start => $"0-1g.10gb-{start} Free")));

        foreach (var slice in (await cluster.StatusAsync("node-1")).Gpus[0].Slices.Where(slice => made.Contains($"\"{slice.Id}\"", StringComparison.Ordinal)))
        {
            Assert.Contains(slice.Uuid!, made, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Writes_of_a_node_never_come_faster_than_two_a_second_and_end_with_the_truth()
    {
        cluster.Options = cluster.Options with { SimulatedFaults = null };
        cluster.AddNode("node-1");
        cluster.AddGpuNode("node-1");
        await cluster.CutAsync("node-1", "1g.10gb@0 1g.10gb@1 1g.10gb@2 1g.10gb@3 1g.10gb@4 1g.10gb@5 1g.10gb@6");
        await cluster.StartAsync();
        for (var pod = 0; pod < 7; pod++)
        {
            cluster.AddPod($"p{pod}", "node-1", "nvidia.com/mig-1g.10gb", $"main=0/1g.10gb@{pod}");
            await Task.Delay(150);
        }

        await cluster.ShowsAsync("node-1", string.Join(", ", Enumerable.Range(0, 7).Select(start => $"0-1g.10gb-{start} Used default/p{start}/main")));

        // Not how fast they come, but that they do not come faster: a slow machine cannot break this.
        var writes = cluster.Requests.Where(request => request.Request.EndsWith("gpunodes/node-1/status", StringComparison.Ordinal)).Select(request => request.At).ToList();
        Assert.All(writes.Zip(writes.Skip(2)), pair => Assert.True(pair.Second - pair.First > TimeSpan.FromMilliseconds(900), $"{pair.First:O} {pair.Second:O}"));
    }

    private async Task<string?> RenewedAsync(string node) => (await cluster.LeaseAsync(node))?.Spec.RenewTime;
}
