namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What a path means.</summary>
/// <param name="Table">The kind's objects.</param>
/// <param name="Namespace">The namespace; <see langword="null"/> for all, or where there are none.</param>
/// <param name="Name">The object's name; <see langword="null"/> for the collection.</param>
/// <param name="Subresource">Such as <c>status</c>; <see langword="null"/> for the object itself.</param>
internal readonly record struct ApiRoute(Table Table, string? Namespace, string? Name, string? Subresource)
{
    public InMemoryKind Kind => Table.Kind;

    public string Key => StoredObject.KeyOf(Namespace, Name!);

    /// <summary>Reads the segments of a path.</summary>
    /// <exception cref="ApiRefusal">There is nothing there.</exception>
    public static ApiRoute Parse(Store store, ReadOnlySpan<string> path)
    {
        var (group, version, rest) = path switch
        {
            ["api", var core, .. var remaining] => ("", core, remaining.ToArray()),
            ["apis", var named, var ofGroup, .. var remaining] => (named, ofGroup, remaining.ToArray()),
            _ => throw ApiRefusal.NoSuchPath(),
        };
        return rest switch
        {
            // "namespaces/x" is the namespace itself, "namespaces/x/pods" what is in it; only "status" and "finalize" are no kinds.
            ["namespaces", var ns, var plural, .. var more] when plural is not ("status" or "finalize") =>
                In(Find(store, group, version, plural), ns, more),
            [var plural, .. var more] => Outside(Find(store, group, version, plural), more),
            _ => throw ApiRefusal.NoSuchPath(),
        };
    }

    private static ApiRoute In(Table table, string ns, string[] rest) =>
        table.Kind.IsNamespaced ? Rest(table, ns, rest) : throw ApiRefusal.NoSuchPath();

    private static ApiRoute Outside(Table table, string[] rest) =>
        !table.Kind.IsNamespaced || rest.Length == 0 ? Rest(table, null, rest) : throw ApiRefusal.NoSuchPath();

    private static ApiRoute Rest(Table table, string? ns, string[] rest) => rest switch
    {
        [] => new ApiRoute(table, ns, null, null),
        [var name] => new ApiRoute(table, ns, name, null),
        [var name, var subresource] when Has(table.Kind, subresource) => new ApiRoute(table, ns, name, subresource),
        _ => throw ApiRefusal.NoSuchPath(),
    };

    private static bool Has(InMemoryKind kind, string subresource) => subresource switch
    {
        "status" => kind.HasStatus,
        "binding" or "eviction" => kind == InMemoryKinds.Pods,
        _ => false,
    };

    private static Table Find(Store store, string group, string version, string plural) =>
        store.Find(group, version, plural) ?? throw ApiRefusal.NoSuchPath();
}
