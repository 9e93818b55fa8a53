using System.Text;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Api;

/// <summary>The contract, kept by a real API server.</summary>
[Collection(ControlPlaneCollection.Name)]
public sealed class RealContractTests(SharedControlPlane shared) : ApiContract, IAsyncLifetime
{
    private static readonly string Definition = $$"""
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": {"name": "{{Widgets.Plural}}.{{Widgets.Group}}"},
          "spec": {
            "group": "{{Widgets.Group}}",
            "scope": "Cluster",
            "names": {"plural": "{{Widgets.Plural}}", "singular": "widget", "kind": "{{Widgets.Kind}}"},
            "versions": [{
              "name": "{{Widgets.Version}}",
              "served": true,
              "storage": true,
              "subresources": {"status": {} },
              "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true} }
            }]
          }
        }
        """;

    private KubeConnection connection = null!;
    private KubeClient client = null!;
    private TestScope scope = null!;

    protected override KubeClient Client => client;

    protected override string Namespace => scope.Namespace;

    public async Task InitializeAsync()
    {
        connection = KubeConfig.Open(shared.Plane.IssueClient("contract", "system:masters"));
        client = connection.CreateClient();
        scope = await shared.Plane.Scope("contract");
        try
        {
            await client.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", Encoding.UTF8.GetBytes(Definition), CancellationToken.None);
        }
        catch (KubeApiException known) when (known.IsAlreadyExists)
        {
            // From the test before.
        }

        await Polling.Until("widgets are served", async () => await client.OffersAsync(Widgets.Group, Widgets.Version, Widgets.Plural, CancellationToken.None)
            && await client.FindRawAsync(Widgets.CollectionPath(null), CancellationToken.None) is not null);
    }

    public async Task DisposeAsync()
    {
        await scope.DisposeAsync();
        client.Dispose();
        connection.Dispose();
    }
}
