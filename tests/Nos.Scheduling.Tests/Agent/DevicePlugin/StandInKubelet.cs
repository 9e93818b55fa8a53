using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>What kubelet does with device plugins, in this process: takes registrations, dials back, remembers what it is told, allocates.</summary>
/// <remarks>As a real one it empties its folder when it starts, and knows nothing then.</remarks>
internal sealed class StandInKubelet : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> told = new();
    private CancellationTokenSource stopping = new();
    private WebApplication? registration;
    private WebApplication? podResources;

    public string Folder { get; } = Directory.CreateTempSubdirectory("nos-").FullName;

    /// <summary>Each registration, as <c>resource endpoint</c>.</summary>
    public ConcurrentQueue<string> Registrations { get; } = new();

    /// <summary>What it answers when asked who has what.</summary>
    public ListPodResourcesResponse Pods { get; set; } = new();

    /// <summary>What it says to the next registrations instead of yes.</summary>
    public RpcException? Refusal { get; set; }

    private string Plugins => Path.Combine(Folder, "device-plugins");

    /// <summary>Ids and health of a resource as told last; <see langword="null"/> where it does not know the resource.</summary>
    public IReadOnlyDictionary<string, string>? Devices(string resource) => told.GetValueOrDefault(resource);

    public IEnumerable<string> Resources => told.Keys.Order(StringComparer.Ordinal);

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Plugins);
        Directory.CreateDirectory(Path.Combine(Folder, "pod-resources"));
        foreach (var file in Directory.EnumerateFiles(Plugins))
        {
            File.Delete(file);
        }

        told.Clear();
        stopping = new CancellationTokenSource();
        podResources = Listen(Path.Combine(Folder, "pod-resources", "kubelet.sock"));
        podResources.MapUnary("/v1.PodResourcesLister/List", ListPodResourcesRequest.Parser, (_, _) => Task.FromResult<IMessage>(Pods));
        podResources.MapUnknownMethods();
        await ListenForPluginsAsync();
        await podResources.StartAsync();
    }

    /// <summary>Its socket is another one all of a sudden; calls that are open stay so.</summary>
    public async Task ReplaceSocketAsync()
    {
        await registration!.DisposeAsync();
        await ListenForPluginsAsync();
    }

    /// <summary>Ends with all its calls. Containers would run on.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        foreach (var server in new[] { registration, podResources })
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }

        (registration, podResources) = (null, null);
    }

    public RpcChannel Dial(string resource) => new(Path.Combine(Plugins, $"nos-{resource.Replace('/', '_')}.sock"));

    public async Task<ContainerAllocateResponse> AllocateAsync(string resource, params string[] ids)
    {
        using var plugin = Dial(resource);
        var container = new ContainerAllocateRequest();
        container.DevicesIds.Add(ids);
        var request = new AllocateRequest();
        request.ContainerRequests.Add(container);
        var answer = await plugin.CallAsync("/v1beta1.DevicePlugin/Allocate", request, AllocateResponse.Parser, stopping.Token).WaitAsync(TimeSpan.FromSeconds(30));
        return Assert.Single(answer.ContainerResponses);
    }

    /// <summary>From now on it tells that these containers, and no others, have devices.</summary>
    public void Tells(params (string Pod, string Resource, string Id)[] held)
    {
        var told = new ListPodResourcesResponse();
        foreach (var (pod, resource, id) in held)
        {
            var devices = new ContainerDevices { ResourceName = resource, DeviceIds = { id } };
            told.PodResources.Add(new PodResources { Namespace = "default", Name = pod, Containers = { new ContainerResources { Name = "main", Devices = { devices } } } });
        }

        Pods = told;
    }

    public Task KnowsAsync(string resource, params string[] devices) => Eventually.Async(() => Task.FromResult(
        Devices(resource) is { } known && known.Select(device => $"{device.Key} {device.Value}").Order().SequenceEqual(devices.Order())
            ? ""
            : $"{resource}: wanted {string.Join(", ", devices)}; told {(Devices(resource) is { } wrong ? string.Join(", ", wrong) : "nothing")}"));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static WebApplication Listen(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(path, listen => listen.Protocols = HttpProtocols.Http2));
        return builder.Build();
    }

    private async Task ListenForPluginsAsync()
    {
        registration = Listen(Path.Combine(Plugins, "kubelet.sock"));
        registration.MapUnary("/v1beta1.Registration/Register", RegisterRequest.Parser, (_, request) => Task.FromResult<IMessage>(Register(request)));
        await registration.StartAsync();
    }

    private Empty Register(RegisterRequest request)
    {
        if (Refusal is { } refusal)
        {
            throw refusal;
        }

        Assert.Equal("v1beta1", request.Version);
        Registrations.Enqueue($"{request.ResourceName} {request.Endpoint}");
        told.TryAdd(request.ResourceName, new Dictionary<string, string>());
        _ = WatchAsync(request.ResourceName, Path.Combine(Plugins, request.Endpoint));
        return new Empty();
    }

    private async Task WatchAsync(string resource, string socket)
    {
        using var plugin = new RpcChannel(socket);
        try
        {
            await plugin.StreamAsync(
                "/v1beta1.DevicePlugin/ListAndWatch",
                new Empty(),
                ListAndWatchResponse.Parser,
                list => told[resource] = list.Devices.ToDictionary(device => device.ID, device => device.Health),
                stopping.Token);
        }
        catch (Exception over) when (over is RpcException or OperationCanceledException)
        {
            // The plugin has gone, or this kubelet has.
        }
    }
}
