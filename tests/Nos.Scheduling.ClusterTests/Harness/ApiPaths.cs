namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Addresses of the objects that tests use most. A collection is what an object is created in.</summary>
public static class ApiPaths
{
    public const string Nodes = "/api/v1/nodes";
    public const string Namespaces = "/api/v1/namespaces";
    public const string GpuNodes = "/apis/nos.nebuly.com/v1alpha1/gpunodes";
    public const string CustomResourceDefinitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    public const string MutatingWebhooks = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    public const string ValidatingWebhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    public const string ClusterRoles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
    public const string ClusterRoleBindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    public static string Node(string name) => $"{Nodes}/{name}";

    public static string Namespace(string name) => $"{Namespaces}/{name}";

    public static string GpuNode(string name) => $"{GpuNodes}/{name}";

    public static string Pods(string @namespace) => $"{Namespaces}/{@namespace}/pods";

    public static string Pod(string @namespace, string name) => $"{Pods(@namespace)}/{name}";

    public static string Events(string @namespace) => $"{Namespaces}/{@namespace}/events";

    public static string Leases(string @namespace) => $"/apis/coordination.k8s.io/v1/namespaces/{@namespace}/leases";

    public static string ElasticQuotas(string @namespace) => $"/apis/nos.nebuly.com/v1alpha1/namespaces/{@namespace}/elasticquotas";

    public static string CompositeElasticQuotas(string @namespace) => $"/apis/nos.nebuly.com/v1alpha1/namespaces/{@namespace}/compositeelasticquotas";
}
