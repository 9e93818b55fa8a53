using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.ClusterTests.Api;

/// <summary>The contract, kept by the API server in memory.</summary>
public sealed class InMemoryContractTests : ApiContract, IDisposable
{
    private readonly InMemoryApiServer server = new(
        TimeProvider.System,
        moreKinds: [new InMemoryKind(Widgets.Group, Widgets.Version, Widgets.Plural, Widgets.Kind, Widgets.IsNamespaced) { HasStatus = true, CountsGenerations = true, IsCustom = true }]);

    private readonly KubeClient client;

    public InMemoryContractTests() => client = server.CreateClient("admin");

    protected override KubeClient Client => client;

    protected override string Namespace => "default";

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }
}
