namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>One of several servers of a plane, with ports of its own, which it keeps over restarts.</summary>
/// <param name="pod">The pod that it takes itself for.</param>
/// <param name="launch">Starts its process.</param>
public sealed class ServerReplica(string pod, Func<ServerReplica, IReadOnlyList<string>, ChildProcess> launch)
{
    public string Pod { get; } = pod;

    public int PlainPort { get; } = FreePorts.Next();

    public int ExtenderPort { get; } = FreePorts.Next();

    public int AdmissionPort { get; } = FreePorts.Next();

    /// <summary>The running one, or the last.</summary>
    public ChildProcess Process { get; private set; } = null!;

    /// <summary>Starts it, and returns once its caches are synced: as leader or standby.</summary>
    public async Task Start(params string[] flags)
    {
        Process = launch(this, flags);
        await Polling.Until($"{Pod} is ready", async () => (await Ask("/readyz")).IsOk, evidence: () => Process.Tail());
    }

    /// <summary>Whether it says that it leads. One that does not answer within two seconds does not.</summary>
    public async Task<bool> Leads() => (await Ask("/readyz?leader")).IsOk;

    /// <summary>Asks the plain port.</summary>
    /// <returns>Whether it answered 200, and what it said; an empty text where it did not answer.</returns>
    public async Task<(bool IsOk, string Text)> Ask(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{PlainPort}{path}"));
            return (answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            return (false, "");
        }
    }
}
