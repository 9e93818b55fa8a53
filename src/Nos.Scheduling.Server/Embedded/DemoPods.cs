using System.Text;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>A small, endless stream of pods of two teams: requests of every kind that a newcomer may write, in a fixed order.</summary>
internal sealed partial class DemoPods(KubeClient client, ILogger<DemoPods> logger, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(700);

    private static readonly (string Namespace, string Name, string Resource, long Amount)[] Requests =
    [
        ("team-a", "train", NosKeys.GpuMemory, 10),
        ("team-a", "finetune", NosKeys.GpuMemory, 35),
        ("team-b", "infer", NosKeys.GpuMemory, 5),
        ("team-b", "notebook", "nvidia.com/mig-2g.20gb", 1),
        ("team-a", "embed", NosKeys.GpuMemory, 18),
        ("team-b", "serve", "nvidia.com/gpu-8gb", 1),
        ("team-a", "pretrain", NosKeys.GpuMemory, 70),
    ];

    /// <summary>How many pods live at once; the oldest ends when another comes.</summary>
    private const int Alive = 36;

    internal async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Pause, time);
        for (var number = 0; await timer.WaitForNextTickAsync(cancellation); number++)
        {
            try
            {
                await CreateAsync(number, cancellation);
                if (number >= Alive)
                {
                    var (ns, name, _, _) = Of(number - Alive);
                    await client.DeleteAsync(KubeResources.Pods, ns, name, cancellation);
                }
            }
            catch (KubeApiException problem)
            {
                LogFailed(problem.Message);
            }
        }
    }

    /// <summary>What the demo pod of that name asked for, in words; <see langword="null"/> where it is none of ours.</summary>
    internal static string? Asked(string ns, string name) => Requests
        .Where(request => request.Namespace == ns && name.StartsWith(request.Name + "-", StringComparison.Ordinal))
        .Select(request => request.Resource == NosKeys.GpuMemory ? $"{request.Amount} GB" : request.Resource)
        .FirstOrDefault();

    private static (string Namespace, string Name, string Resource, long Amount) Of(int number)
    {
        var request = Requests[number % Requests.Length];
        return request with { Name = $"{request.Name}-{number / Requests.Length}" };
    }

    private async Task CreateAsync(int number, CancellationToken cancellation)
    {
        var (ns, name, resource, amount) = Of(number);
        var pod = EmbeddedObjects.Pod(ns, name, resource, amount);
        await client.PostAsync(KubeResources.Pods.CollectionPath(ns), Encoding.UTF8.GetBytes(pod.ToJsonString()), cancellation);
    }

    [LoggerMessage(EventId = 603, Level = LogLevel.Warning, Message = "A demo pod could not be created or ended: {Reason}")]
    private partial void LogFailed(string reason);
}
