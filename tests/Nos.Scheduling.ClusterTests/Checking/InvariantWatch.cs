using System.Collections.Concurrent;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>
/// Judges the cluster again and again while a test goes on. Each reading is of one moment, so nothing is reported that was not so; while the API server
/// is away nothing is read.
/// </summary>
public sealed class InvariantWatch : IAsyncDisposable
{
    /// <summary>A reading of hundreds of pods is work for a small API server: the watch must not be what it is busy with.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Violation, ClusterReading> _violations = [];
    private readonly SliceHistory _history = new();
    private readonly TestApi _api;
    private readonly CheckerSettings _settings;
    private readonly Task _watching;

    private InvariantWatch(TestApi api, CheckerSettings settings)
    {
        (_api, _settings) = (api, settings);
        _watching = Task.Run(Watch);
    }

    /// <summary>How often the cluster was read so far.</summary>
    public int Readings { get; private set; }

    /// <summary>What was broken so far; a thing that stays broken once.</summary>
    public IReadOnlyCollection<Violation> Violations => [.. _violations.Keys];

    public static InvariantWatch Start(TestApi api, CheckerSettings? settings = null) => new(api, settings ?? new CheckerSettings());

    /// <summary>Watches while <paramref name="test"/> runs, and asserts that nothing was broken, also where it fails otherwise.</summary>
    public static async Task During(TestApi api, Func<Task> test, CheckerSettings? settings = null)
    {
        await using var watch = Start(api, settings);
        try
        {
            await test();
        }
        catch (Exception failure)
        {
            // What was broken is most often why the test failed: both are told.
            await watch.Stop();
            if (!watch._violations.IsEmpty)
            {
                throw new AggregateException(watch.Report(), failure);
            }

            throw;
        }

        await watch.AssertHeld();
    }

    /// <summary>Ends the watch and asserts that at least one reading was made and that nothing was broken in any.</summary>
    public async Task AssertHeld()
    {
        await Stop();
        Assert.True(Readings > 0, "The cluster could not be read once.");
        Assert.True(_violations.IsEmpty, Report());
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stop.Dispose();
    }

    private string Report() =>
        $"Of {Readings} readings some broke invariants:\n"
        + string.Join('\n', _violations.Select(one => $"revision {one.Value.Version}: {one.Key}").Order(StringComparer.Ordinal).Take(40));

    private async Task Stop()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    private async Task Watch()
    {
        do
        {
            try
            {
                var reading = await ClusterReading.Take(_api);
                foreach (var violation in Invariants.Broken(reading, _settings).Concat(_history.Add(reading)))
                {
                    _violations.TryAdd(violation, reading);
                }

                Readings++;
            }
            catch (Exception away) when (away is HttpRequestException or IOException or TaskCanceledException or ApiRefusedException)
            {
                // The API server or etcd is down: that is what some tests are about.
            }

            await Task.Delay(Pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!_stop.IsCancellationRequested);
    }
}
