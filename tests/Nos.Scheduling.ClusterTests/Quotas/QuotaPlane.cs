using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>One system for the tests of quotas, with kubectl at hand.</summary>
public sealed class QuotaPlane : IAsyncLifetime
{
    private string _kubeconfig = "";

    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Nos = await NosPlane.Start("own");
        _kubeconfig = Nos.Plane.IssueClient("admin", "system:masters");
    }

    public async Task DisposeAsync()
    {
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }
    }

    /// <summary>What kubectl prints, as an administrator; its failure is the test's.</summary>
    public async Task<IReadOnlyList<string>> Kubectl(params string[] arguments)
    {
        var (exitCode, output, tail) = await TryKubectl(arguments);
        Assert.True(exitCode == 0, tail);
        return output;
    }

    /// <summary>Whether kubectl succeeds, as an administrator, and all that it says.</summary>
    public async Task<(int ExitCode, IReadOnlyList<string> Output, string Tail)> TryKubectl(params string[] arguments)
    {
        await using var kubectl = await ChildProcess.Run(new ChildCommand("kubectl", Tools.Kubectl, [.. arguments, "--kubeconfig", _kubeconfig]));
        return (kubectl.ExitCode, kubectl.OutputLines, kubectl.Tail());
    }

    /// <summary>Applies a manifest as a user does.</summary>
    public async Task<(int ExitCode, IReadOnlyList<string> Output, string Tail)> Apply(string manifest)
    {
        using var scratch = new ScratchDirectory();
        await File.WriteAllTextAsync(scratch.File("quota.yaml"), manifest);
        return await TryKubectl("apply", "-f", scratch.File("quota.yaml"));
    }

    /// <summary>An ElasticQuota with that spec.</summary>
    public static JsonObject OfOne(string name, string spec = """{"min": {"cpu": 1}}""") => Quota("ElasticQuota", name, spec);

    /// <summary>A CompositeElasticQuota over those namespaces.</summary>
    public static JsonObject OfSeveral(string name, params string[] namespaces)
    {
        var quota = Quota("CompositeElasticQuota", name, """{"min": {"cpu": 1}}""");
        quota["spec"]!["namespaces"] = new JsonArray([.. namespaces.Select(ns => JsonValue.Create(ns))]);
        return quota;
    }

    private static JsonObject Quota(string kind, string name, string spec) => new()
    {
        ["apiVersion"] = "nos.nebuly.com/v1alpha1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = JsonNode.Parse(spec),
    };
}
