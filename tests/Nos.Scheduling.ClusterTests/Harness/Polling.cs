using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Waiting for something that another process does. No test asserts how long it took.</summary>
public static class Polling
{
    /// <summary>Generous on purpose: it bounds how long a failing test hangs, and says nothing about how fast the product is.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Looks again and again until what it sees is right; an I/O failure while looking counts as "not yet".</summary>
    /// <param name="what">Completes the sentence "Waited in vain until ...".</param>
    /// <param name="evidence">Added to the failure: log tails, other objects. Null adds nothing.</param>
    /// <exception cref="TimeoutException">Not right within the time; says what was seen last.</exception>
    public static async Task<T> Until<T>(
        string what, Func<Task<T>> look, Func<T, bool> right, TimeSpan? within = null, Func<string>? evidence = null)
    {
        var clock = Stopwatch.StartNew();
        var patience = within ?? Patience;
        string last;
        do
        {
            try
            {
                var seen = await look();
                if (right(seen))
                {
                    return seen;
                }

                last = Describe(seen);
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or TaskCanceledException or ApiRefusedException)
            {
                last = failure.ToString();
            }

            await Task.Delay(50);
        }
        while (clock.Elapsed < patience);

        throw new TimeoutException($"Waited in vain until {what} ({patience.TotalSeconds:0} s). Last seen: {last}{Environment.NewLine}{evidence?.Invoke()}");
    }

    /// <inheritdoc cref="Until{T}(string, Func{Task{T}}, Func{T, bool}, TimeSpan?, Func{string})"/>
    public static Task Until(string what, Func<Task<bool>> holds, TimeSpan? within = null, Func<string>? evidence = null) =>
        Until(what, holds, held => held, within, evidence);

    private static string Describe<T>(T seen) => seen switch
    {
        null => "nothing",
        JsonNode node => node.ToJsonString(TestApi.Indented),
        IEnumerable<JsonNode> nodes => "[" + string.Join(",", nodes.Select(node => node.ToJsonString(TestApi.Indented))) + "]",
        _ => seen.ToString() ?? "",
    };
}
