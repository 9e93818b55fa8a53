using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class ServedDriverTests
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly ManualClock clock = new();
    private readonly ScriptedDriver scripted = new(Draw.A100);
    private readonly SliceOffers offers;
    private readonly ServedDriver driver;

    /// <summary>Done once, after the machine was read and before anybody hears of it.</summary>
    private Func<Task>? meanwhile;

    public ServedDriverTests()
    {
        offers = new SliceOffers(clock);
        driver = new ServedDriver(new SlowReader(this), offers, () => null, _ => _ => null, () => SliceBook.Empty, clock);
    }

    [Fact]
    public async Task A_slice_that_is_made_while_the_machine_is_read_is_not_taken_from_kubelet_again()
    {
        await driver.ReadAsync(default);
        using var stream = offers.Open(OneTen)!;
        var told = new List<string>();
        meanwhile = () =>
        {
            var making = driver.CreateAsync(Place, default).AsTask();

            // The call below reads nothing yet: that is waited for a moment.
            clock.Advance(1);
            return making;
        };

        var machine = await driver.ReadAsync(default);

        told.AddRange((await stream.NextAsync(default)).Select(device => device.Id));
        Assert.Equal(["0-1g.10gb-3"], told);
        Assert.Single(machine.Gpus[0].Slices);
        Assert.False(stream.NextAsync(default).IsCompleted);
    }

    [Fact]
    public async Task A_slice_that_goes_while_the_machine_is_read_does_not_come_back()
    {
        await driver.CreateAsync(Place, default);
        meanwhile = () => driver.DestroyAsync(Place, default).AsTask();

        await driver.ReadAsync(default);

        using var stream = offers.Open(OneTen)!;
        Assert.Empty(await stream.NextAsync(default));
    }

    [Fact]
    public async Task What_kubelet_was_never_told_of_goes_without_waiting_for_it()
    {
        await driver.CreateAsync(Place, default);

        await driver.DestroyAsync(Place, default);

        Assert.Equal(["create 0-1g.10gb-3", "destroy 0-1g.10gb-3"], scripted.Taken);
    }

    [Fact]
    public async Task A_slice_that_the_driver_would_not_destroy_is_offered_again()
    {
        await driver.CreateAsync(Place, default);
        scripted.Before = _ => throw new GpuDriverException("NVML_ERROR_IN_USE");

        await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Place, default).AsTask());

        using var stream = offers.Open(OneTen)!;
        Assert.Equal("0-1g.10gb-3", Assert.Single(await stream.NextAsync(default)).Id);
    }

    [Fact]
    public async Task A_slice_that_a_pod_was_promised_while_it_was_being_withdrawn_stays_and_is_offered_again()
    {
        var owed = new HashSet<SlicePlace>();
        var promising = new ServedDriver(scripted, offers, () => null, _ => _ => null, () => SliceBook.Empty, clock) { Owed = _ => owed };
        await promising.CreateAsync(Place, default);
        using var stream = offers.Open(OneTen)!;
        await stream.NextAsync(default);
        stream.ConfirmCarried();

        var going = promising.DestroyAsync(Place, default).AsTask();
        Assert.Empty(await stream.NextAsync(default));
        owed.Add(Place);
        clock.Advance(1);

        await Assert.ThrowsAsync<GpuDriverException>(() => going);
        Assert.Equal("0-1g.10gb-3", Assert.Single(await stream.NextAsync(default)).Id);
        Assert.DoesNotContain("destroy 0-1g.10gb-3", scripted.Taken);
    }

    [Fact]
    public async Task Before_the_slices_of_bound_pods_stand_again_kubelet_hears_of_no_resource_and_then_of_all_that_exists()
    {
        var isRestored = false;
        var waiting = new ServedDriver(scripted, offers, () => null, _ => _ => null, () => SliceBook.Empty, clock) { MayOffer = () => isRestored };
        await waiting.ReadAsync(default);
        await waiting.CreateAsync(Place, default);
        Assert.Empty(offers.Resources);

        isRestored = true;
        await waiting.ReadAsync(default);
        isRestored = false;
        await waiting.ReadAsync(default);

        using var stream = offers.Open(OneTen)!;
        Assert.Equal("0-1g.10gb-3", Assert.Single(await stream.NextAsync(default)).Id);
    }

    [Fact]
    public async Task Nothing_is_destroyed_before_kubelet_has_told_who_has_what_and_then_only_what_nobody_has()
    {
        var (heard, book) = (new TaskCompletionSource(), SliceBook.Empty);
        var waiting = new ServedDriver(scripted, offers, () => null, _ => _ => null, () => book, clock) { HoldersKnown = _ => heard.Task };
        var free = Slices.Place(Draw.A100, "1g.10gb@4");
        await waiting.CreateAsync(Place, default);
        await waiting.CreateAsync(free, default);

        var (goingHeld, goingFree) = (waiting.DestroyAsync(Place, default).AsTask(), waiting.DestroyAsync(free, default).AsTask());
        Assert.False(goingFree.IsCompleted);
        book = SliceBook.Empty with { Uses = new Dictionary<SlicePlace, SliceUse> { [Place] = new("team/a/main", null) } };
        heard.SetResult();

        await goingFree;
        Assert.Contains("team/a/main", (await Assert.ThrowsAsync<GpuDriverException>(() => goingHeld)).Message);
        Assert.Equal(["create 0-1g.10gb-3", "create 0-1g.10gb-4", "destroy 0-1g.10gb-4"], scripted.Taken);
    }

    private static SlicePlace Place => Slices.Place(Draw.A100, "1g.10gb@3");

    private sealed class SlowReader(ServedDriverTests test) : IGpuDriver
    {
        public async ValueTask<MachineReading> ReadAsync(CancellationToken cancellation)
        {
            var machine = await test.scripted.ReadAsync(cancellation);
            if (test.meanwhile is { } act)
            {
                test.meanwhile = null;
                await act();
            }

            return machine;
        }

        public ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation) => test.scripted.CreateAsync(place, cancellation);

        public ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation) => test.scripted.DestroyAsync(place, cancellation);
    }
}
