using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>
/// Looks now and then whether NVIDIA's DRA driver owns the GPUs of this node: it then offers them in ResourceSlices. Its driver for compute domains
/// (<c>compute-domain.nvidia.com</c>) owns none.
/// </summary>
/// <remarks>
/// A right to list is all that it takes, and a list every five minutes: drivers come and go with installations, not with pods. A watch of each of thousands
/// of agents would cost the API server more than it tells.
/// </remarks>
/// <param name="client">The API server.</param>
/// <param name="node">The node's name.</param>
/// <param name="tell">Told after each look whether the driver owns the GPUs. Quick.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of looks that failed.</param>
internal sealed partial class DraWatch(KubeClient client, string node, Action<bool> tell, TimeProvider time, ILogger logger)
{
    /// <summary>The driver's name in its ResourceSlices. Source: kubernetes-sigs/dra-driver-nvidia-gpu.</summary>
    internal const string Driver = "gpu.nvidia.com";

    /// <summary>Newest first; the fields that are asked by are the same from v1alpha3 (Kubernetes 1.31) on.</summary>
    private static readonly string[] Versions = ["v1", "v1beta2", "v1beta1", "v1alpha3"];

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private string? version;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Pause, time, cancellation);
            await LookAsync(cancellation);
        }
    }

    /// <summary>Looks once. A server without such objects has no such drivers; a look that fails says nothing, and what was told last stays.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            version ??= await OfferedAsync(cancellation);
            var slices = version is null ? [] : (await client.ListAsync(KubeResources.ResourceSlices(version), null, cancellation, fieldSelector: $"spec.nodeName={node},spec.driver={Driver}")).Items;
            tell(slices.Any(slice => slice.Spec.Devices is { Length: > 0 }));
        }
        catch (KubeApiException refused)
        {
            // The server may have been upgraded past the version, or down below it.
            version = refused.IsNotFound ? null : version;
            LogFailed(node, refused.Message);
        }
    }

    private async Task<string?> OfferedAsync(CancellationToken cancellation)
    {
        foreach (var candidate in Versions)
        {
            if (await client.OffersAsync("resource.k8s.io", candidate, "resourceslices", cancellation))
            {
                return candidate;
            }
        }

        return null;
    }

    [LoggerMessage(EventId = 541, Level = LogLevel.Warning, Message = "Whether NVIDIA's DRA driver owns the GPUs of {Node} could not be seen, and is looked at again: {Reason}")]
    private partial void LogFailed(string node, string reason);
}
