using System.Collections.Frozen;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The tables of all kinds.</summary>
internal sealed class Store
{
    private readonly FrozenDictionary<(string Group, string Version, string Plural), Table> tables;

    public Store(IEnumerable<InMemoryKind> kinds, int mostChanges, long mostChangedBytes)
    {
        var versions = new VersionCounter();
        tables = kinds.ToFrozenDictionary(
            kind => (kind.Group, kind.Version, kind.Plural),
            kind => new Table(kind, versions, mostChanges, mostChangedBytes));
        Pods = this[InMemoryKinds.Pods];
        Nodes = this[InMemoryKinds.Nodes];
        Namespaces = this[InMemoryKinds.Namespaces];
    }

    public Table Pods { get; }

    public Table Nodes { get; }

    public Table Namespaces { get; }

    public IEnumerable<Table> Tables => tables.Values;

    /// <summary>Whether watches shall end.</summary>
    public bool IsStopped { get; private set; }

    public Table this[InMemoryKind kind] => tables[(kind.Group, kind.Version, kind.Plural)];

    public Table? Find(string group, string version, string plural) => tables.GetValueOrDefault((group, version, plural));

    /// <summary>Ends all watches.</summary>
    public void Stop()
    {
        IsStopped = true;
        foreach (var table in tables.Values)
        {
            table.Wake();
        }
    }
}
