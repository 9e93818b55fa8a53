using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Tests.Agent.DevicePlugin;

namespace Nos.Scheduling.Tests.Agent.Serving;

public sealed class SilentKubeletTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly StandInKubelet kubelet = new();
    private readonly ManualClock clock = new();
    private readonly CancellationTokenSource stop = new();
    private readonly ServedOrder order;
    private readonly ServedKubelet served;
    private Task running = Task.CompletedTask;

    public SilentKubeletTests()
    {
        order = new ServedOrder(clock);
        order.See(new NodeDocument { Metadata = new ObjectMeta { Name = "node-1", Uid = "n", Labels = new() { [NosKeys.GpuPartitioning] = "mig" } } });
        served = new ServedKubelet(new ScriptedDriver(Draw.A100), order, () => true, new AgentOptions { KubeletDir = kubelet.Folder }, clock, NullLoggerFactory.Instance);
    }

    [Fact]
    public async Task A_kubelet_that_does_not_answer_for_a_while_makes_the_node_not_ready_until_it_does()
    {
        running = served.RunAsync(stop.Token);
        await TroubleAsync(null);

        await TroubleAsync("KubeletSilent");
        Assert.Contains("--kubelet-dir", order.Current.Trouble!.Message);
        await kubelet.StartAsync();

        await TroubleAsync(null);
    }

    [Fact]
    public async Task While_it_has_not_answered_once_nothing_is_destroyed()
    {
        running = served.RunAsync(stop.Token);
        var place = Slices.Place(Draw.A100, "1g.10gb@3");
        await served.Driver.CreateAsync(place, default);
        await served.Driver.ReadAsync(default);

        var going = served.Driver.DestroyAsync(place, default).AsTask();
        await Eventually.Async(() =>
        {
            clock.Advance(1);
            return Task.FromResult(going.IsCompleted ? "" : "still waiting");
        });

        Assert.Contains("kubelet has not told", (await Assert.ThrowsAsync<GpuDriverException>(() => going)).Message);
        await kubelet.StartAsync();
        await Eventually.Async(async () =>
        {
            clock.Advance(1);
            try
            {
                await served.Driver.DestroyAsync(place, default).AsTask().WaitAsync(TimeSpan.FromSeconds(1));
                return "";
            }
            catch (Exception notYet) when (notYet is GpuDriverException or TimeoutException)
            {
                return notYet.Message;
            }
        });
        Assert.Empty((await served.Driver.ReadAsync(default)).Gpus[0].Slices);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        served.Dispose();
        stop.Dispose();
        await kubelet.DisposeAsync();
    }

    // xunit 2 calls no other.
    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    /// <summary>Time passes until the node is so.</summary>
    private Task TroubleAsync(string? reason) => Eventually.Async(() =>
    {
        if (order.Current.Trouble?.Reason == reason)
        {
            return Task.FromResult("");
        }

        clock.Advance(1);
        return Task.FromResult($"{order.Current.Trouble?.Reason ?? "nothing"} instead of {reason ?? "nothing"}");
    });
}
