using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>The kinds of objects that are read and written here.</summary>
public static class KubeResources
{
    /// <summary>Pods.</summary>
    public static KubeResource<PodDocument> Pods { get; } =
        new("", "v1", "pods", "Pod", true, KubeJson.Default.PodDocument, KubeJson.Default.KubeListPodDocument);

    /// <summary>Nodes.</summary>
    public static KubeResource<NodeDocument> Nodes { get; } =
        new("", "v1", "nodes", "Node", false, KubeJson.Default.NodeDocument, KubeJson.Default.KubeListNodeDocument);

    /// <summary>Namespaces.</summary>
    public static KubeResource<NamespaceDocument> Namespaces { get; } =
        new("", "v1", "namespaces", "Namespace", false, KubeJson.Default.NamespaceDocument, KubeJson.Default.KubeListNamespaceDocument);

    /// <summary>Events of the core group, which every server has.</summary>
    public static KubeResource<EventDocument> Events { get; } =
        new("", "v1", "events", "Event", true, KubeJson.Default.EventDocument, KubeJson.Default.KubeListEventDocument);

    /// <summary>Leases.</summary>
    public static KubeResource<LeaseDocument> Leases { get; } =
        new("coordination.k8s.io", "v1", "leases", "Lease", true, KubeJson.Default.LeaseDocument, KubeJson.Default.KubeListLeaseDocument);

    /// <summary>Priority classes.</summary>
    public static KubeResource<PriorityClassDocument> PriorityClasses { get; } = new(
        "scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, KubeJson.Default.PriorityClassDocument, KubeJson.Default.KubeListPriorityClassDocument);

    /// <summary>Our own GpuNodes.</summary>
    public static KubeResource<GpuNodeDocument> GpuNodes { get; } =
        new("nos.nebuly.com", "v1alpha1", "gpunodes", "GpuNode", false, KubeJson.Default.GpuNodeDocument, KubeJson.Default.KubeListGpuNodeDocument);

    /// <summary>Quotas of one namespace.</summary>
    public static KubeResource<ElasticQuotaDocument> ElasticQuotas { get; } = new(
        "nos.nebuly.com", "v1alpha1", "elasticquotas", "ElasticQuota", true, KubeJson.Default.ElasticQuotaDocument, KubeJson.Default.KubeListElasticQuotaDocument);

    /// <summary>Quotas of several namespaces.</summary>
    public static KubeResource<CompositeElasticQuotaDocument> CompositeElasticQuotas { get; } = new(
        "nos.nebuly.com",
        "v1alpha1",
        "compositeelasticquotas",
        "CompositeElasticQuota",
        true,
        KubeJson.Default.CompositeElasticQuotaDocument,
        KubeJson.Default.KubeListCompositeElasticQuotaDocument);

    /// <summary>PodDisruptionBudgets, in the version that the server offers.</summary>
    /// <param name="version"><c>v1</c>, or <c>v1beta1</c> before Kubernetes 1.21.</param>
    public static KubeResource<DisruptionBudgetDocument> DisruptionBudgets(string version) => new(
        "policy", version, "poddisruptionbudgets", "PodDisruptionBudget", true, KubeJson.Default.DisruptionBudgetDocument, KubeJson.Default.KubeListDisruptionBudgetDocument);

    /// <summary>What DRA drivers offer on nodes, in a version that the server offers; no server before 1.30 has any.</summary>
    /// <param name="version"><c>v1</c> from Kubernetes 1.34 on, <c>v1beta2</c>, <c>v1beta1</c> or <c>v1alpha3</c> before.</param>
    public static KubeResource<ResourceSliceDocument> ResourceSlices(string version) => new(
        "resource.k8s.io", version, "resourceslices", "ResourceSlice", false, KubeJson.Default.ResourceSliceDocument, KubeJson.Default.KubeListResourceSliceDocument);
}
