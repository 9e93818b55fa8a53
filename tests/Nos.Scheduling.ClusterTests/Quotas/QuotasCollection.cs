namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>The tests that share one <see cref="QuotaPlane"/>.</summary>
[CollectionDefinition(Name)]
public sealed class QuotasCollection : ICollectionFixture<QuotaPlane>
{
    public const string Name = "quotas";
}
