using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Writes Events about pods: each reason once a pod, at most twenty-five a second, and rather none than late.</summary>
/// <remarks>
/// An event's name follows from the pod and the reason, so that what a leader before this one has told is not told again. More than
/// <see cref="MostWaiting"/> are not kept waiting: the oldest are dropped, for the newest are looked at.
/// </remarks>
/// <param name="client">The API server.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of events that could not be written, at most once a minute.</param>
public sealed partial class EventRecorder(KubeClient client, TimeProvider time, ILogger<EventRecorder> logger)
{
    /// <summary>How many events wait for their turn at most.</summary>
    public const int MostWaiting = 2000;

    private const int MostAttempts = 4;
    private const int MostRemembered = 20_000;
    private const int LongestName = 220;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(40);

    private readonly Channel<PodEvent> waiting =
        Channel.CreateBounded<PodEvent>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly HashSet<(string, string)> told = [];
    private readonly Queue<(string, string)> remembered = new();
    private readonly LogPace failures = new(time);

    /// <summary>Tells it when its turn comes, unless it was told before. Quick.</summary>
    public void Tell(PodEvent happened)
    {
        lock (told)
        {
            if (!told.Add((happened.Uid, happened.Reason)))
            {
                return;
            }

            remembered.Enqueue((happened.Uid, happened.Reason));
            if (remembered.Count > MostRemembered)
            {
                told.Remove(remembered.Dequeue());
            }
        }

        waiting.Writer.TryWrite(happened);
    }

    /// <summary>Writes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        await foreach (var happened in waiting.Reader.ReadAllAsync(cancellation))
        {
            await WriteAsync(happened, cancellation);
            await Task.Delay(Pace, time, cancellation);
        }
    }

    /// <summary>The event's name: the pod's, and what tells its reasons and namesakes apart.</summary>
    internal static string NameOf(PodEvent happened)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{happened.Uid} {happened.Reason}"), hash);
        return $"{happened.Name[..Math.Min(happened.Name.Length, LongestName)].TrimEnd('.', '-')}.{Convert.ToHexStringLower(hash[..8])}";
    }

    private async Task WriteAsync(PodEvent happened, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.CreateAsync(KubeResources.Events, happened.Namespace, DocumentOf(happened), cancellation);
                return;
            }
            catch (KubeApiException refused) when (refused.IsTransient && attempt < MostAttempts)
            {
                await Task.Delay(refused.RetryAfter ?? Backoff.Delay(attempt, Random.Shared.NextDouble()), time, cancellation);
            }
            catch (KubeApiException refused)
            {
                // Told before, or the namespace is going.
                if (!refused.IsAlreadyExists && !refused.IsNotFound && failures.IsDue())
                {
                    LogUnwritten(happened.Reason, happened.Namespace, happened.Name, refused.Message);
                }

                return;
            }
        }
    }

    private EventDocument DocumentOf(PodEvent happened)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        return new EventDocument
        {
            Metadata = new ObjectMeta { Name = NameOf(happened), Namespace = happened.Namespace },
            InvolvedObject = new ObjectReference { ApiVersion = "v1", Kind = "Pod", Namespace = happened.Namespace, Name = happened.Name, Uid = happened.Uid },
            Reason = happened.Reason,
            Message = happened.Message,
            Type = happened.IsWarning ? "Warning" : "Normal",
            Source = new EventSource { Component = "nos-scheduling" },
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
        };
    }

    [LoggerMessage(EventId = 311, Level = LogLevel.Warning, Message = "The event {Reason} of {Ns}/{Pod} could not be written: {Refusal}. Others that fail so are not named for a minute")]
    private partial void LogUnwritten(string reason, string ns, string pod, string refusal);
}
