using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Api;

/// <summary>What only a real API server does: who is who, who may what, how large things are.</summary>
[Collection(ControlPlaneCollection.Name)]
public sealed class RealServerTests(SharedControlPlane shared)
{
    private static CancellationToken Never => CancellationToken.None;

    [Fact]
    public async Task The_server_knows_us_by_the_name_that_we_know()
    {
        using var connection = KubeConfig.Open(shared.Plane.IssueClient("jane", "team"));
        using var client = connection.CreateClient();

        var forbidden = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Pods, null, Never));

        Assert.Equal((HttpStatusCode.Forbidden, "Forbidden", false), (forbidden.Status, forbidden.Reason, forbidden.IsTransient));
        Assert.Equal("jane", connection.Identity);
        Assert.Contains("User \"jane\" cannot list resource \"pods\"", forbidden.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_accounts_token_is_taken_from_its_file()
    {
        await using var scope = await shared.Plane.Scope("token");
        var account = $"/api/v1/namespaces/{scope.Namespace}/serviceaccounts";
        await scope.Api.Create(account, JsonNode.Parse("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"nos"}}""")!.AsObject());
        var issued = await scope.Api.Create(
            $"{account}/nos/token", JsonNode.Parse("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}""")!.AsObject());
        using var folder = new ScratchDirectory();
        await File.WriteAllTextAsync(folder.File("token"), issued.Text("status", "token"));
        var kubeconfig = folder.File("kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, $$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: "{{shared.Plane.ServerUrl}}", certificate-authority: "{{shared.Plane.AuthorityFile}}"} }]
            users: [{name: u, user: {tokenFile: token} }]
            """);
        using var connection = KubeConfig.Open(kubeconfig);
        using var client = connection.CreateClient();

        var forbidden = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Nodes, null, Never));

        Assert.Equal($"system:serviceaccount:{scope.Namespace}:nos", connection.Identity);
        Assert.Contains($"User \"{connection.Identity}\" cannot list", forbidden.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_with_a_reason()
    {
        using var folder = new ScratchDirectory();
        using var stranger = new CertificateAuthority(folder.File("pki", "."));
        var identity = stranger.IssueClient("admin", "system:masters");
        var kubeconfig = folder.File("kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, $$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u} }]
            clusters: [{name: c, cluster: {server: "{{shared.Plane.ServerUrl}}", certificate-authority: "{{shared.Plane.AuthorityFile}}"} }]
            users: [{name: u, user: {client-certificate: "{{identity.CertificateFile}}", client-key: "{{identity.KeyFile}}"} }]
            """);
        using var connection = KubeConfig.Open(kubeconfig);
        using var client = connection.CreateClient();

        var refused = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Nodes, null, Never));

        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), (refused.Status, refused.Reason));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_spoken_to()
    {
        using var folder = new ScratchDirectory();
        using var stranger = new CertificateAuthority(folder.File("pki", "."));
        var kubeconfig = folder.File("kubeconfig");
        var ours = await File.ReadAllTextAsync(shared.Plane.IssueClient("admin", "system:masters"));
        var foreign = Convert.ToBase64String(await File.ReadAllBytesAsync(stranger.CertificateFile));
        await File.WriteAllTextAsync(
            kubeconfig, string.Join('\n', ours.Split('\n').Select(line => line.Contains("certificate-authority-data", StringComparison.Ordinal) ? line.Split(':')[0] + ": " + foreign : line)));
        using var connection = KubeConfig.Open(kubeconfig);
        using var client = connection.CreateClient();

        var refused = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Nodes, null, Never));

        Assert.Equal(0, (int)refused.Status);
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Objects_as_large_as_the_server_takes_come_through_a_watch()
    {
        await using var scope = await shared.Plane.Scope("large");
        using var connection = KubeConfig.Open(shared.Plane.IssueClient("admin", "system:masters"));
        using var client = connection.CreateClient();
        var path = $"api/v1/namespaces/{scope.Namespace}/secrets";
        var secrets = KubeResources.Leases with { Group = "", Version = "v1", Plural = "secrets", Kind = "Secret" };
        var start = (await client.ListAsync(secrets, scope.Namespace, Never)).Metadata.ResourceVersion!;
        var content = Convert.ToBase64String(new byte[700_000]);
        foreach (var name in new[] { "a", "b" })
        {
            await client.PostAsync(path, Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"},"data":{"x":"{{{content}}}"}}"""), Never);
        }

        var names = new List<string>();
        await foreach (var batch in client.WatchAsync(secrets, scope.Namespace, start, TimeSpan.FromMinutes(1), Never))
        {
            names.AddRange(batch.Where(change => change.Type == WatchEventType.Added).Select(change => change.Object.Metadata.Name));
            if (names.Count == 2)
            {
                break;
            }
        }

        Assert.Equal(["a", "b"], names);
    }
}
