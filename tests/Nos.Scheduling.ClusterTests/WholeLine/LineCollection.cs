namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>All tests of one line; each leaves it as it found it, but for free slices.</summary>
[CollectionDefinition(Name)]
public sealed class LineCollection : ICollectionFixture<LinePlane>
{
    public const string Name = "whole line";
}
