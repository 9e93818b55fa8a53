namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary><c>[Collection(ControlPlaneCollection.Name)]</c> on a test class gives its constructor the <see cref="SharedControlPlane"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ControlPlaneCollection : ICollectionFixture<SharedControlPlane>
{
    public const string Name = "control plane";
}
