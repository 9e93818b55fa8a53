namespace Nos.Scheduling.ClusterTests.Identity;

/// <summary>The tests that share one <see cref="IdentityPlane"/>.</summary>
[CollectionDefinition(Name)]
public sealed class IdentityCollection : ICollectionFixture<IdentityPlane>
{
    public const string Name = "identity";
}
