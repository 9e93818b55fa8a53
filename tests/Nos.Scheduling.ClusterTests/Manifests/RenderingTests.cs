using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

[Collection(ManifestsCollection.Name)]
public sealed class RenderingTests(AppliedManifests manifests)
{
    [Theory]
    [InlineData("base", "kind: MutatingWebhookConfiguration", "kind: ValidatingWebhookConfiguration", "name: elasticquotas.nos.nebuly.com", "name: compositeelasticquotas.nos.nebuly.com")]
    [InlineData("overlays/own", "name: nos-scheduler", "--scheduler-name=nos-scheduler", "kubescheduler.config.k8s.io/v1\n", "x-kubernetes-validations", "kubernetes.io/metadata.name")]
    [InlineData("overlays/own-1.20", "name: nos-scheduler", "--scheduler-name=nos-scheduler", "kubescheduler.config.k8s.io/v1beta1\n")]
    [InlineData("overlays/shared", "kubernetes.io/metadata.name")]
    [InlineData("overlays/simulation", "--simulate-nodes=nos.nebuly.com/simulated=true", "--scheduler-name=nos-scheduler")]
    public async Task Every_way_to_install_renders_with_what_it_is_for(string path, params string[] expected)
    {
        var text = string.Join('\n', await AppliedManifests.Render(path)) + "\n";

        Assert.Contains("name: gpunodes.nos.nebuly.com", text, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("base", "kube-scheduler")]
    [InlineData("overlays/own-1.20", "x-kubernetes-validations", "kubernetes.io/metadata.name", "kubescheduler.config.k8s.io/v1\n")]
    [InlineData("overlays/shared", "kube-scheduler", "--scheduler-name")]
    [InlineData("overlays/simulation", "kind: DaemonSet", "privileged: true")]
    public async Task And_without_what_it_is_not_for(string path, params string[] unexpected)
    {
        var text = string.Join('\n', (await AppliedManifests.Render(path)).Where(line => !line.Contains("description:", StringComparison.Ordinal))) + "\n";

        Assert.All(unexpected, part => Assert.DoesNotContain(part, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_runtime_class_component_reaches_both_DaemonSets() =>
        Assert.Equal(2, (await With("nvidia-runtime-class")).Count(line => line.Trim() == "runtimeClassName: nvidia"));

    [Fact]
    public async Task The_policy_of_node_bound_agents_goes_with_the_base()
    {
        var lines = await With("node-bound-agents");

        Assert.Contains("kind: ValidatingAdmissionPolicy", lines);
        Assert.Contains("kind: ValidatingAdmissionPolicyBinding", lines);
    }

    [Fact]
    public void A_fresh_cluster_takes_everything_at_once() => Assert.All(manifests.FirstApply, line => Assert.EndsWith(" created", line, StringComparison.Ordinal));

    [Fact]
    public async Task Applying_it_again_changes_nothing() => Assert.All(
        await manifests.Kubectl("apply", "-k", AppliedManifests.Folder($"overlays/{manifests.Overlay}")),
        line => Assert.EndsWith(" unchanged", line, StringComparison.Ordinal));

    [Theory]
    [InlineData("mutatingwebhookconfiguration")]
    [InlineData("validatingwebhookconfiguration")]
    public async Task The_CA_that_was_filled_in_survives_another_apply(string kind)
    {
        var bundle = Convert.ToBase64String(await File.ReadAllBytesAsync(manifests.Plane.AuthorityFile));
        var path = $"{(kind == "mutatingwebhookconfiguration" ? ApiPaths.MutatingWebhooks : ApiPaths.ValidatingWebhooks)}/nos";

        // As certs/make-dev-certs.sh prints it.
        await manifests.Kubectl("patch", kind, "nos", "--type=json", "-p", $$"""[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"{{bundle}}"}]""");
        await manifests.Kubectl("apply", "-k", AppliedManifests.Folder($"overlays/{manifests.Overlay}"));

        Assert.Equal(bundle, (await manifests.Plane.Admin.Get(path)).Text("webhooks", "0", "clientConfig", "caBundle"));
    }

    /// <summary>The base with a component.</summary>
    private static async Task<IReadOnlyList<string>> With(string component)
    {
        using var scratch = new ScratchDirectory();
        var here = Path.GetRelativePath(scratch.Path, AppliedManifests.Folder(""));
        await File.WriteAllTextAsync(
            scratch.File("kustomization.yaml"),
            $"""
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            resources: [{here}/base]
            components: [{here}/components/{component}]
            """);
        await using var kubectl = await ChildProcess.Run(new ChildCommand("kubectl", Tools.Kubectl, ["kustomize", scratch.Path]));

        Assert.True(kubectl.ExitCode == 0, kubectl.Tail());
        return kubectl.OutputLines;
    }
}
