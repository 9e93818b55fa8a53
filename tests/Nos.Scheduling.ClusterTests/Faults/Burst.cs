using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>Many pods at once on ten nodes of eight A100s, and what comes of them.</summary>
internal sealed class Burst : IAsyncDisposable
{
    /// <summary>Bounds how long a failing test hangs. A burst takes its time on a small machine, and a fault in it adds back-offs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly NosPlane _nos;
    private readonly ConcurrentDictionary<string, string> _everBound = [];
    private readonly ConcurrentDictionary<string, bool> _ended = [];
    private readonly List<string> _created = [];

    private Burst(NosPlane nos, TestScope scope) => (_nos, Scope) = (nos, scope);

    public TestScope Scope { get; }

    /// <summary>Pods that were seen bound, also those that have ended since.</summary>
    public int EverBound => _everBound.Count;

    public int Created => _created.Count;

    public static async Task<Burst> On(NosPlane nos, string theme, int nodes = 10)
    {
        var burst = new Burst(nos, await nos.Plane.Scope(theme));
        foreach (var name in Enumerable.Range(0, nodes).Select(index => burst.Scope.NodeName($"n{index}")))
        {
            await burst.Scope.Add(NosPlane.Node(name, "mig", "NVIDIA-A100-SXM4-80GB", 8, 81920));
        }

        foreach (var name in Enumerable.Range(0, nodes).Select(index => burst.Scope.NodeName($"n{index}")))
        {
            await nos.Partitionable(name);
        }

        return burst;
    }

    /// <summary>Pods of every size, shuffled: 30 a node, together a third more than it has.</summary>
    public static IEnumerable<TestPod> Mixed(int seed, int nodes)
    {
        var profiles = new (string Profile, int Count)[] { ("7g.80gb", 3), ("4g.40gb", 3), ("3g.40gb", 6), ("2g.20gb", 6), ("1g.20gb", 3), ("1g.10gb", 9) };
        var shuffled = profiles.SelectMany(one => Enumerable.Repeat(one.Profile, one.Count * nodes)).ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled.Select((profile, index) => Pod($"p{index:000}", profile));
    }

    public static IEnumerable<TestPod> Like(string profile, int count) => Enumerable.Range(0, count).Select(index => Pod($"p{index:000}", profile));

    /// <summary>Creates them as fast as the API server takes them, and as often as it takes where the API server is away.</summary>
    public async Task Create(IEnumerable<TestPod> pods)
    {
        var all = pods.ToList();
        _created.AddRange(all.Select(pod => pod.Name));
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (pod, _) => await Insist(() => Scope.Add(pod)));
    }

    /// <summary>Waits until every pod is bound or would not fit anywhere, nothing is under way, and no invariant is broken.</summary>
    public async Task<ClusterReading> ComeToRest(CheckerSettings? settings = null)
    {
        ClusterReading? reading = null;
        await Polling.Until(
            "no pod waits that would fit, and all is at rest",
            async () =>
            {
                reading = await Look();
                return string.Join('\n', [.. Invariants.WouldFit(reading).Take(20), .. Invariants.BrokenAtRest(reading, settings).Take(20)]);
            },
            wrong => wrong.Length == 0,
            Patience,
            _nos.Evidence);
        return reading!;
    }

    /// <summary>Waits until so many of the pods have been seen bound.</summary>
    public Task BoundAtLeast(int count) => Polling.Until(
        $"{count} pods are bound", async () => { await Look(); return EverBound; }, bound => bound >= count, Patience, _nos.Evidence);

    public IReadOnlyList<JsonObject> Bound(ClusterReading reading) => [.. Ours(reading).Where(pod => pod.Text("spec", "nodeName") is not null)];

    public IReadOnlyList<JsonObject> Waiting(ClusterReading reading) => [.. Ours(reading).Where(pod => pod.Text("spec", "nodeName") is null)];

    /// <summary>The pods end, as if their kubelets had said so.</summary>
    public Task End(IEnumerable<JsonObject> pods) => Parallel.ForEachAsync(pods, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (pod, _) =>
    {
        _ended[pod.Name()] = true;
        await Insist(() => Scope.Remove(pod.Name()));
    });

    /// <summary>Ends a half of the bound pods, waits for others to follow, and again, until all have been bound once.</summary>
    /// <param name="report">Told of each round: how many ended, how many follow, after how long.</param>
    public async Task RunOut(Action<string> report, CheckerSettings? settings = null)
    {
        var reading = await ComeToRest(settings);
        while (Waiting(reading).Count > 0)
        {
            var (bound, before) = (Bound(reading), EverBound);
            var ending = bound.Where((_, index) => index % 2 == 0).ToList();
            Assert.True(ending.Count > 0, "Pods wait, and none is left to end.");
            await End(ending);
            var began = TimeProvider.System.GetTimestamp();
            reading = await ComeToRest(settings);
            report($"{ending.Count} pods ended; {EverBound - before} followed within {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s; {Waiting(reading).Count} wait");
        }

        Assert.Equal(_created.Order(), _everBound.Keys.Order());
    }

    public ValueTask DisposeAsync() => Scope.DisposeAsync();

    private static TestPod Pod(string name, string profile) => TestPod.Named(name).Asking($"nvidia.com/mig-{profile}", 1).By(NosPlane.SchedulerName);

    /// <summary>Not too often: hundreds of pods are much to read, and what they are read for shall go on meanwhile.</summary>
    private async Task<ClusterReading> Look()
    {
        await Task.Delay(400);
        var reading = await ClusterReading.Take(Scope.Api);
        Note(reading);
        return reading;
    }

    /// <summary>Bound once is bound for good: to that node, with that promise.</summary>
    private void Note(ClusterReading reading)
    {
        var bound = Bound(reading).ToDictionary(pod => pod.Name(), pod => $"{pod.Text("spec", "nodeName")} {pod.Annotation("nos.nebuly.com/slices")}");
        foreach (var (name, place) in bound)
        {
            Assert.Equal(place, _everBound.GetOrAdd(name, place));
        }

        Assert.DoesNotContain(_everBound.Keys, name => !bound.ContainsKey(name) && !_ended.ContainsKey(name));
    }

    private static async Task Insist(Func<Task> write)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(200))
        {
            try
            {
                await write();
                return;
            }
            catch (ApiRefusedException done) when (done.Reason == "AlreadyExists")
            {
                // The answer to an earlier try was lost.
                return;
            }
            catch (Exception away) when (away is HttpRequestException or IOException or TaskCanceledException || away is ApiRefusedException { Status: >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests })
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, away.ToString());
            }
        }
    }

    private IEnumerable<JsonObject> Ours(ClusterReading reading) => reading.Pods.Where(pod => pod.Namespace() == Scope.Namespace);
}
