using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Asks a server what it offers.</summary>
internal sealed class KubeDiscovery(KubeRequests requests)
{
    private volatile string? evictionVersion;

    /// <inheritdoc cref="KubeClient.ServerVersionAsync"/>
    public async Task<KubeServerVersion> VersionAsync(TimeSpan timeout, CancellationToken cancellation) =>
        KubeServerVersion.Read(await GetAsync("version", ApiJson.Default.VersionDocument, timeout, cancellation).ConfigureAwait(false));

    /// <inheritdoc cref="KubeClient.OffersAsync"/>
    public async Task<bool> OffersAsync(string group, string version, string resource, TimeSpan timeout, CancellationToken cancellation) =>
        (await ResourcesAsync(group, version, timeout, cancellation).ConfigureAwait(false)).Any(offered => offered.Name == resource);

    /// <summary>The apiVersion of the Eviction that the server's <c>pods/eviction</c> takes. Asked once, until it is refused.</summary>
    /// <remarks>
    /// The group policy says which budgets there are; what an eviction looks like is said by the subresource itself (1.21 has budgets of policy/v1,
    /// but takes only evictions of policy/v1beta1).
    /// </remarks>
    public async Task<string> EvictionVersionAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (evictionVersion is { } known)
        {
            return known;
        }

        var offered = (await ResourcesAsync("", "v1", timeout, cancellation).ConfigureAwait(false))
            .FirstOrDefault(resource => resource.Name == "pods/eviction")
            ?? throw new KubeApiException(0, "NotOffered", "the API server offers no eviction of pods (pods/eviction)");
        return evictionVersion = $"{offered.Group ?? "policy"}/{offered.Version ?? "v1beta1"}";
    }

    /// <summary>The version was refused: the server has been upgraded since it was asked.</summary>
    public void ForgetEvictionVersion() => evictionVersion = null;

    private async Task<ApiResourceList.ApiResource[]> ResourcesAsync(string group, string version, TimeSpan timeout, CancellationToken cancellation)
    {
        try
        {
            var path = group.Length == 0 ? $"api/{version}" : $"apis/{group}/{version}";
            return (await GetAsync(path, ApiJson.Default.ApiResourceList, timeout, cancellation).ConfigureAwait(false)).Resources ?? [];
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            return [];
        }
    }

    private Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, TimeSpan timeout, CancellationToken cancellation) => requests.SendAsync(
        HttpMethod.Get,
        path,
        null,
        async (body, token) => await JsonSerializer.DeserializeAsync(body, type, token).ConfigureAwait(false) ?? throw new JsonException("it is null"),
        timeout,
        cancellation);
}
