using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Manifests;

public sealed class BaseTests
{
    private static readonly IReadOnlyList<JsonObject> Objects = Repository.Objects("manifests/base");
    private static readonly IReadOnlyList<JsonObject> Scheduler = Repository.Objects("manifests/components/own-scheduler");

    [Fact]
    public void Every_object_is_named_and_either_cluster_wide_or_in_a_stated_namespace()
    {
        string[] clusterWide = ["Namespace", "ClusterRole", "ClusterRoleBinding", "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

        Assert.All(Objects.Concat(Scheduler.Where(item => (string?)item["kind"] != "KubeSchedulerConfiguration")), item =>
        {
            Assert.NotNull(item["metadata"]!["name"]);
            Assert.Equal(!clusterWide.Contains((string)item["kind"]!), item["metadata"]!["namespace"] is not null);
        });
    }

    [Fact]
    public void Agents_may_write_the_status_of_GpuNodes_and_their_Leases_and_nothing_else()
    {
        Assert.Equal(
            ["gpunodes/status: patch", "leases: create", "leases: patch", "leases: update"],
            Grants("nos-agent").Where(Writes).Order(StringComparer.Ordinal));
        Assert.Equal("nos-system", (string?)One("Role", "nos-agent")["metadata"]!["namespace"]);
    }

    [Fact]
    public void The_server_writes_no_status_of_GpuNodes_and_creates_no_pods()
    {
        var grants = Grants("nos-server").ToHashSet();

        Assert.Superset(
            new HashSet<string>
            {
                "pods: list", "pods: watch", "pods: patch", "pods: delete", "pods/binding: create", "pods/eviction: create", "nodes: patch",
                "namespaces: patch", "events: create", "gpunodes: create", "gpunodes: patch", "gpunodes: delete", "leases: watch", "leases: update",
            },
            grants);
        Assert.DoesNotContain(grants, grant => grant.StartsWith("gpunodes/status", StringComparison.Ordinal));
        Assert.DoesNotContain("pods: create", grants);
        Assert.DoesNotContain("nodes: delete", grants);
    }

    [Fact]
    public void Nothing_is_granted_wholesale()
    {
        var rules = Objects.Concat(Scheduler).Where(item => (string?)item["kind"] is "Role" or "ClusterRole").SelectMany(role => role["rules"]!.AsArray());

        Assert.All(rules, rule => Assert.All((string[])["apiGroups", "resources", "verbs"], part => Assert.DoesNotContain("*", Texts(rule![part]))));
    }

    [Fact]
    public void Secrets_and_webhooks_are_open_to_the_server_by_name_only()
    {
        var rules = Rules("nos-server").Where(rule =>
            Texts(rule["resources"]).Any(resource => resource is "secrets" or "configmaps" or "mutatingwebhookconfigurations")
            && !Texts(rule["verbs"]).SequenceEqual(["create"]));

        Assert.Equal(["nos", "nos-certificates", "nos-extender-ca"], rules.Select(rule => Assert.Single(Texts(rule["resourceNames"]))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_binding_joins_a_role_and_an_account_that_exist()
    {
        var all = Objects.Concat(Scheduler).ToList();
        string[] kubernetesOwn = ["system:kube-scheduler", "system:volume-scheduler", "extension-apiserver-authentication-reader"];

        Assert.All(all.Where(item => (string?)item["kind"] is "RoleBinding" or "ClusterRoleBinding"), binding =>
        {
            var (kind, name) = ((string)binding["roleRef"]!["kind"]!, (string)binding["roleRef"]!["name"]!);
            var subject = Assert.Single(binding["subjects"]!.AsArray())!;
            Assert.True(kubernetesOwn.Contains(name) || all.Any(item => Is(item, kind, name)), name);
            Assert.Contains(all, item => Is(item, "ServiceAccount", (string)subject["name"]!));
            Assert.Equal("nos-system", (string?)subject["namespace"]);
        });
    }

    [Fact]
    public void The_webhook_asks_the_service_that_leads_to_the_admission_port()
    {
        var webhook = Assert.Single(One("MutatingWebhookConfiguration", "nos")["webhooks"]!.AsArray())!;
        var target = webhook["clientConfig"]!["service"]!;
        var service = One("Service", (string)target["name"]!);
        var port = Assert.Single(service["spec"]!["ports"]!.AsArray())!;
        var container = Container(One("Deployment", "nos-server"));

        Assert.Equal("/admission/pods/mutate", (string?)target["path"]);
        Assert.Equal((int)target["port"]!, (int)port["port"]!);
        Assert.Equal(8443, ContainerPort(container, (string)port["targetPort"]!));
        Assert.Equal(("Ignore", "None", "IfNeeded", 5), (
            (string?)webhook["failurePolicy"], (string?)webhook["sideEffects"], (string?)webhook["reinvocationPolicy"], (int)webhook["timeoutSeconds"]!));
        Assert.Equal(["CREATE", "UPDATE"], Texts(webhook["rules"]![0]!["operations"]));
    }

    [Fact]
    public void The_webhook_for_quotas_asks_the_same_service_about_all_of_them_and_no_pod()
    {
        var webhook = Assert.Single(One("ValidatingWebhookConfiguration", "nos")["webhooks"]!.AsArray())!;
        var rule = Assert.Single(webhook["rules"]!.AsArray())!;
        var pods = One("MutatingWebhookConfiguration", "nos")["webhooks"]![0]!["clientConfig"]!["service"]!.DeepClone();
        pods["path"] = "/admission/quotas/validate";

        Assert.True(JsonNode.DeepEquals(pods, webhook["clientConfig"]!["service"]));
        Assert.Equal(("Fail", "None", 5), ((string?)webhook["failurePolicy"], (string?)webhook["sideEffects"], (int)webhook["timeoutSeconds"]!));
        Assert.Equal(["CREATE", "UPDATE"], Texts(rule["operations"]));
        Assert.Equal([KubeResources.ElasticQuotas.Plural, KubeResources.CompositeElasticQuotas.Plural], Texts(rule["resources"]));
        Assert.Equal(NosKeys.Group, Assert.Single(Texts(rule["apiGroups"])));
        Assert.Null(webhook["namespaceSelector"]);
    }

    [Fact]
    public void The_server_writes_the_status_of_quotas_and_deletes_only_those_that_a_composite_replaces() => Assert.Equal(
        ["compositeelasticquotas/status: patch", "elasticquotas/status: patch", "elasticquotas: delete"],
        Grants("nos-server").Where(Writes).Where(grant => grant.Contains("elasticquotas", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Excluded_namespaces_and_our_own_are_not_sent_to_the_webhook()
    {
        var selector = One("MutatingWebhookConfiguration", "nos")["webhooks"]![0]!["namespaceSelector"]!["matchExpressions"]!.AsArray();

        Assert.Equal(
            ["nos.nebuly.com/system NotIn true", "nos.nebuly.com/admission NotIn disabled"],
            selector.Select(term => $"{term!["key"]} {term["operator"]} {Assert.Single(Texts(term["values"]))}"));
        Assert.Equal("true", (string?)One("Namespace", "nos-system")["metadata"]!["labels"]!["nos.nebuly.com/system"]);
    }

    [Fact]
    public void The_scheduler_finds_the_extender_behind_its_service()
    {
        var port = Assert.Single(One("Service", "nos-extender")["spec"]!["ports"]!.AsArray())!;
        var config = Scheduler.Single(item => (string?)item["kind"] == "KubeSchedulerConfiguration");
        var url = new Uri((string)config["extenders"]![0]!["urlPrefix"]!);

        Assert.Equal("nos-extender.nos-system.svc", url.Host);
        Assert.Equal((int)port["port"]!, url.Port);
        Assert.Equal(8444, ContainerPort(Container(One("Deployment", "nos-server")), (string)port["targetPort"]!));
    }

    [Fact]
    public void Services_select_the_pods_of_the_server() =>
        Assert.All(Objects.Where(item => (string?)item["kind"] == "Service"), service =>
            Assert.Equal("nos-server", (string?)service["spec"]!["selector"]!["app.kubernetes.io/name"]));

    [Fact]
    public void Two_servers_run_apart_where_they_can_and_only_the_leader_is_sent_the_schedulers_calls()
    {
        var server = One("Deployment", "nos-server");
        var pod = server["spec"]!["template"]!["spec"]!;
        var apart = pod["affinity"]!["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"]![0]!["podAffinityTerm"]!;

        Assert.Equal((2, null), ((int)server["spec"]!["replicas"]!, server["spec"]!["strategy"]));
        Assert.Equal(("nos-server", "kubernetes.io/hostname"), ((string?)apart["labelSelector"]!["matchLabels"]!["app.kubernetes.io/name"], (string?)apart["topologyKey"]));
        Assert.Equal("metadata.name", (string?)Assert.Single(Container(server)["env"]!.AsArray(), variable => (string?)variable!["name"] == "POD_NAME")!["valueFrom"]!["fieldRef"]!["fieldPath"]);
        Assert.Equal("leader", (string?)One("Service", "nos-extender")["spec"]!["selector"]![NosKeys.Role]);
        Assert.Null(One("Service", "nos-admission")["spec"]!["selector"]![NosKeys.Role]);
        Assert.Equal("/readyz", (string?)Container(server)["readinessProbe"]!["httpGet"]!["path"]);
    }

    [Fact]
    public void Workloads_select_their_own_pods_and_mount_what_they_declare() => Assert.All(Workloads(), workload =>
    {
        var template = workload["spec"]!["template"]!;
        var pod = template["spec"]!;

        Assert.All(workload["spec"]!["selector"]!["matchLabels"]!.AsObject(), label =>
            Assert.Equal((string?)label.Value, (string?)template["metadata"]!["labels"]![label.Key]));
        Assert.Equal(
            pod["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!).Order(StringComparer.Ordinal),
            Container(workload)["volumeMounts"]!.AsArray().Select(mount => (string)mount!["name"]!).Order(StringComparer.Ordinal));
        Assert.True((bool)Container(workload)["securityContext"]!["readOnlyRootFilesystem"]!);
        Assert.All(Probes(Container(workload)), probe => Assert.Contains(
            (string)probe["httpGet"]!["port"]!, Container(workload)["ports"]!.AsArray().Select(port => (string)port!["name"]!)));
    });

    [Fact]
    public void Only_what_drives_devices_is_root()
    {
        Assert.All(Workloads().Where(workload => (string?)workload["kind"] == "Deployment"), workload =>
            Assert.True((bool)workload["spec"]!["template"]!["spec"]!["securityContext"]!["runAsNonRoot"]!));
        Assert.All(Workloads().Where(workload => (string?)workload["kind"] == "DaemonSet"), workload =>
            Assert.True((bool)Container(workload)["securityContext"]!["privileged"]!));
    }

    [Fact]
    public void Agents_stay_on_GPU_nodes_whatever_our_label_says_and_no_upgrade_replaces_an_MPS_daemon()
    {
        Assert.All(["nos-agent", "nos-mps"], name => Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["nvidia.com/gpu.present"] = "true" }, One("DaemonSet", name)["spec"]!["template"]!["spec"]!["nodeSelector"])));
        Assert.Equal("OnDelete", (string?)One("DaemonSet", "nos-mps")["spec"]!["updateStrategy"]!["type"]);
    }

    private static IEnumerable<JsonObject> Workloads() =>
        Objects.Concat(Scheduler).Concat(Repository.Objects("manifests/overlays/simulation")).Where(item => (string?)item["kind"] is "Deployment" or "DaemonSet");

    private static JsonObject One(string kind, string name) => Assert.Single(Objects, item => Is(item, kind, name));

    private static bool Is(JsonObject item, string kind, string name) => (string?)item["kind"] == kind && (string?)item["metadata"]?["name"] == name;

    private static JsonObject Container(JsonObject workload) => Assert.Single(workload["spec"]!["template"]!["spec"]!["containers"]!.AsArray())!.AsObject();

    private static int ContainerPort(JsonObject container, string name) =>
        (int)Assert.Single(container["ports"]!.AsArray(), port => (string?)port!["name"] == name)!["containerPort"]!;

    private static IEnumerable<JsonNode> Probes(JsonObject container) =>
        ((string[])["livenessProbe", "readinessProbe"]).Select(probe => container[probe]).OfType<JsonNode>();

    private static IEnumerable<JsonNode> Rules(string role) =>
        Objects.Where(item => Is(item, "Role", role) || Is(item, "ClusterRole", role)).SelectMany(item => item["rules"]!.AsArray()).Select(rule => rule!);

    private static IEnumerable<string> Grants(string role) => Rules(role).SelectMany(rule =>
        Texts(rule["resources"]).SelectMany(resource => Texts(rule["verbs"]).Select(verb => $"{resource}: {verb}")));

    private static bool Writes(string grant) => !grant.EndsWith(": get", StringComparison.Ordinal) && !grant.EndsWith(": list", StringComparison.Ordinal)
        && !grant.EndsWith(": watch", StringComparison.Ordinal);

    private static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(item => (string)item!) ?? [];
}
