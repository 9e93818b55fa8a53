namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary><c>[Collection(CutsCollection.Name)]</c> on a test class gives its constructor the <see cref="CutsPlane"/>. Whoever breaks a part of it mends it.</summary>
[CollectionDefinition(Name)]
public sealed class CutsCollection : ICollectionFixture<CutsPlane>
{
    public const string Name = "cuts";
}
