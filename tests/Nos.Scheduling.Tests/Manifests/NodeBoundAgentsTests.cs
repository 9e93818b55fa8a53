using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Tests.Manifests;

/// <summary>
/// The component by which the API server keeps each agent to its own node. The control plane of the tests has no ValidatingAdmissionPolicy: what can be
/// held here is that the policy speaks of the objects, the account and the claim that are meant, and that all is denied that it does not allow.
/// </summary>
public sealed partial class NodeBoundAgentsTests
{
    private const string Claim = "authentication.kubernetes.io/node-name";

    private static readonly IReadOnlyList<JsonObject> Objects = Repository.Objects("manifests/components/node-bound-agents");

    private static JsonNode Policy => One("ValidatingAdmissionPolicy")["spec"]!;

    [Fact]
    public void It_is_about_the_account_that_the_agents_run_under_and_no_other()
    {
        var subject = Repository.Objects("manifests/base")
            .Single(item => (string?)item["kind"] == "ClusterRoleBinding" && (string?)item["metadata"]!["name"] == "nos-agent")["subjects"]![0]!;

        Assert.Equal(
            $"request.userInfo.username == 'system:serviceaccount:{subject["namespace"]}:{subject["name"]}'",
            (string?)Assert.Single(Policy["matchConditions"]!.AsArray())!["expression"]);
    }

    [Fact]
    public void It_covers_all_that_an_agent_may_write()
    {
        var covered = Policy["matchConstraints"]!["resourceRules"]!.AsArray()
            .SelectMany(rule => Texts(rule!["resources"]).Select(resource => (Group: Texts(rule["apiGroups"]).Single(), resource)))
            .ToHashSet();
        var written = Repository.Objects("manifests/base")
            .Where(item => (string?)item["kind"] is "Role" or "ClusterRole" && (string?)item["metadata"]!["name"] == "nos-agent")
            .SelectMany(role => role["rules"]!.AsArray())
            .Where(rule => Texts(rule!["verbs"]).Any(verb => verb is "create" or "update" or "patch"))
            .SelectMany(rule => Texts(rule!["resources"]).Select(resource => (Texts(rule["apiGroups"]).Single(), resource)));

        // A patch is an UPDATE to admission.
        Assert.Superset(written.ToHashSet(), covered);
        Assert.All(Policy["matchConstraints"]!["resourceRules"]!.AsArray(), rule => Assert.Equal(["CREATE", "UPDATE"], Texts(rule!["operations"])));
    }

    [Fact]
    public void The_name_must_be_that_of_the_node_in_the_token_and_a_token_without_one_is_refused()
    {
        var expression = Spaces().Replace((string)Assert.Single(Policy["validations"]!.AsArray())!["expression"]!, " ").Trim();

        Assert.Equal($"has(request.userInfo.extra) && '{Claim}' in request.userInfo.extra && request.userInfo.extra['{Claim}'] == [object.metadata.name]", expression);
    }

    [Fact]
    public void What_it_does_not_allow_or_cannot_tell_is_denied()
    {
        var binding = One("ValidatingAdmissionPolicyBinding");

        Assert.Equal("Fail", (string?)Policy["failurePolicy"]);
        Assert.Equal((string?)One("ValidatingAdmissionPolicy")["metadata"]!["name"], (string?)binding["spec"]!["policyName"]);
        Assert.Equal(["Deny"], Texts(binding["spec"]!["validationActions"]));
        Assert.All(Objects, item => Assert.Equal("admissionregistration.k8s.io/v1", (string?)item["apiVersion"]));
    }

    [Fact]
    public void It_is_told_from_which_version_on_it_helps_and_what_is_so_without_it()
    {
        var readme = Repository.Text("manifests/README.md");

        Assert.Contains("`node-bound-agents` (1.30)", readme);
        Assert.Contains("Before 1.30, without", readme);
        Assert.DoesNotContain("node-bound-agents", Repository.Text("manifests/overlays/simulation/kustomization.yaml"));
    }

    private static JsonObject One(string kind) => Objects.Single(item => (string?)item["kind"] == kind);

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(item => (string)item!);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
