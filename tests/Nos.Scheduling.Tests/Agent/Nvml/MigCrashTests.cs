using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class MigCrashTests
{
    private const string Wanted = "1g.10gb@0 1g.10gb@1 3g.40gb@4";

    /// <summary>Every call of a round that destroys one slice, makes two and keeps one in use; in eight parts, so that a failure names its neighbourhood.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Dying_between_any_two_calls_loses_nothing_in_use_and_the_next_start_converges(int part)
    {
        var points = await CallsOfAWholeRoundAsync();
        for (var lived = part; lived < points; lived += 8)
        {
            using var machine = await MachineAsync();
            var kept = await UuidInUseAsync(machine);
            machine.Says($"die-after {lived}");
            NvmlDouble.Restart();
            using (var dying = new MigNode(machine.Open()))
            {
                await Assert.ThrowsAnyAsync<Exception>(async () => _ = (await dying.RoundAsync(Wanted)).Failures.Count == 0 && dying.Driver.Last.Gpus[0].Fault is null ? 0 : throw new GpuDriverException("died"));
            }

            machine.SaysNo($"die-after {lived}");
            NvmlDouble.Restart();
            using var next = new MigNode(machine.Open());
            var gpu = (await next.ConvergeAsync(Wanted)).Machine.Gpus[0];

            Assert.True(NvmlMachine.Text(gpu) == "1g.10gb@0 1g.10gb@1 3g.40gb@4!", $"after {lived} calls: {NvmlMachine.Text(gpu)}");
            Assert.Equal(kept, gpu.Slices[^1].Uuid);
        }
    }

    [Fact]
    public async Task A_spec_that_asks_for_nothing_clears_what_is_half_done_and_keeps_what_is_used()
    {
        using var machine = await MachineAsync();
        machine.Says("die-after 0");
        machine.SaysNo("die-after 0");
        machine.Says("client 0");
        using var node = new MigNode(machine.Open());
        await node.RoundAsync("");
        Assert.Equal("2g.20gb@0? 3g.40gb@4!", NvmlMachine.Text((await node.RoundAsync("")).Machine.Gpus[0]));
        machine.SaysNo("client 0");

        Assert.Equal("3g.40gb@4!", NvmlMachine.Text((await node.ConvergeAsync("")).Machine.Gpus[0]));
    }

    private static async Task<int> CallsOfAWholeRoundAsync()
    {
        using var machine = await MachineAsync();
        machine.ForgetCalls();
        using var node = new MigNode(machine.Open());
        Assert.Empty((await node.RoundAsync(Wanted)).Failures);

        // The reading that ends the round is about nothing that could be lost.
        return machine.Calls.Select((call, place) => (call, place)).Last(call => call.call.Contains("CreateComputeInstance")).place + 1;
    }

    private static async Task<NvmlMachine> MachineAsync()
    {
        var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "2g.20gb@0 3g.40gb@4");
        machine.Says("process 0 4");
        return machine;
    }

    private static async Task<string?> UuidInUseAsync(NvmlMachine machine)
    {
        using var driver = machine.Open();
        return (await driver.ReadAsync(default)).Gpus[0].Slices[^1].Uuid;
    }
}
