namespace Nos.Scheduling.ClusterTests.Manifests;

/// <summary><c>[Collection(ManifestsCollection.Name)]</c> on a test class gives its constructor the <see cref="AppliedManifests"/>.</summary>
[CollectionDefinition(Name)]
public sealed class ManifestsCollection : ICollectionFixture<AppliedManifests>
{
    public const string Name = "applied manifests";
}
