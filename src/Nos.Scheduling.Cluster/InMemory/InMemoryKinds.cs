namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The kinds that the in-memory API server keeps from the start.</summary>
internal static class InMemoryKinds
{
    private const int MostEvents = 4000;

    public static InMemoryKind Pods { get; } = new("", "v1", "pods", "Pod", true)
    {
        HasStatus = true,
        CountsGenerations = true,
        SelectableFields = ["spec.nodeName", "spec.schedulerName", "spec.restartPolicy", "status.phase"],
    };

    public static InMemoryKind Nodes { get; } = new("", "v1", "nodes", "Node", false)
    {
        HasStatus = true,
        KeepsStatusOnCreate = true,
        SelectableFields = ["spec.unschedulable"],
    };

    public static InMemoryKind Namespaces { get; } = new("", "v1", "namespaces", "Namespace", false) { HasStatus = true, SelectableFields = ["status.phase"] };

    public static InMemoryKind GpuNodes { get; } = Own("gpunodes", "GpuNode", false);

    public static InMemoryKind Budgets { get; } = new("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true) { HasStatus = true, CountsGenerations = true };

    public static IReadOnlyList<InMemoryKind> All { get; } =
    [
        Pods,
        Nodes,
        Namespaces,
        new("", "v1", "configmaps", "ConfigMap", true),
        new("", "v1", "secrets", "Secret", true) { SelectableFields = ["type"] },
        new("", "v1", "events", "Event", true)
        {
            MostObjects = MostEvents,
            SelectableFields = ["involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid", "reason", "type"],
        },
        new("coordination.k8s.io", "v1", "leases", "Lease", true),
        Budgets,
        new("resource.k8s.io", "v1", "resourceslices", "ResourceSlice", false) { CountsGenerations = true, SelectableFields = ["spec.nodeName", "spec.driver"] },
        GpuNodes,
        Own("elasticquotas", "ElasticQuota", true),
        Own("compositeelasticquotas", "CompositeElasticQuota", true),
    ];

    private static InMemoryKind Own(string plural, string kind, bool isNamespaced) =>
        new(Api.NosKeys.Group, "v1alpha1", plural, kind, isNamespaced) { HasStatus = true, CountsGenerations = true, IsCustom = true };
}
