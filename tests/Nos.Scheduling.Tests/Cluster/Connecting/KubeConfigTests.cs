using System.Text;
using Nos.Scheduling.Cluster.Connecting;

namespace Nos.Scheduling.Tests.Cluster.Connecting;

public sealed class KubeConfigTests : IDisposable
{
    private const string Two = """
        apiVersion: v1
        kind: Config
        preferences: {colors: true}
        current-context: one
        contexts:
        - {name: one, context: {cluster: a, user: alice, namespace: team}}
        - {name: two, context: {cluster: b, user: ""}}
        clusters:
        - {name: a, cluster: {server: "https://a:6443"}}
        - {name: b, cluster: {server: "https://b/k8s/clusters/c-1"}}
        users:
        - {name: alice, user: {token: secret}}
        """;

    private readonly TestFolder folder = new();
    private readonly TestAuthority authority = TestAuthority.Create("ca");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_current_context_is_meant_unless_another_one_is_asked_for()
    {
        var file = folder.Write("config", Two);
        using var one = KubeConfig.Open(file);
        using var two = KubeConfig.Open(file, "two");
        Assert.Equal(("https://a:6443/", "team"), (one.Server.AbsoluteUri, one.Namespace));
        Assert.Equal(("https://b/k8s/clusters/c-1/", null), (two.Server.AbsoluteUri, two.Namespace));
        Assert.Equal($"context 'two' of {file}", two.Source);
    }

    [Fact]
    public void Of_several_files_the_first_one_is_right()
    {
        var first = folder.Write("first", "current-context: two\nclusters: [{name: a, cluster: {server: 'https://first'}}]");
        var second = folder.Write("second", Two.Replace("https://b", "https://second", StringComparison.Ordinal));
        using var current = KubeConfig.Open($"{folder.Path}/missing:{first}:{second}");
        using var one = KubeConfig.Open($"{first}:{second}", "one");
        Assert.Equal("https://second/k8s/clusters/c-1/", current.Server.AbsoluteUri);
        Assert.Equal("https://first/", one.Server.AbsoluteUri);
    }

    [Fact]
    public void Kubectl_looks_for_the_flag_then_the_variable_then_the_home_folder()
    {
        var home = folder.Write(".kube/config", Two.Replace("//a:", "//home:", StringComparison.Ordinal));
        var variable = folder.Write("variable", Two.Replace("//a:", "//variable:", StringComparison.Ordinal));
        Assert.Equal("home", Host(null, ("HOME", folder.Path)));
        Assert.Equal("variable", Host(null, ("HOME", folder.Path), ("KUBECONFIG", variable)));
        Assert.Equal("home", Host(home, ("KUBECONFIG", variable)));
        Assert.Contains("--kubeconfig FILE", Assert.Throws<KubeConfigException>(() => Host(null)).Message, StringComparison.Ordinal);

        static string Host(string? flag, params (string Name, string Value)[] variables)
        {
            using var found = KubeConfig.OpenAsKubectl(flag, null, name => variables.FirstOrDefault(variable => variable.Name == name).Value);
            return found.Server.Host;
        }
    }

    [Theory]
    [InlineData("ec")]
    [InlineData("ec-pkcs8")]
    [InlineData("rsa")]
    [InlineData("rsa-pkcs8")]
    public void A_client_certificate_says_who_this_is(string format)
    {
        var (certificate, key) = authority.Client("nos-server", format);
        folder.Write("pki/tls.crt", certificate);
        folder.Write("pki/tls.key", key);
        using var byFile = Open("{client-certificate: pki/tls.crt, client-key: pki/tls.key}");
        using var byData = Open($"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(key)}}}");
        Assert.Equal(("nos-server", "nos-server"), (byFile.Identity, byData.Identity));
    }

    [Theory]
    [InlineData("{token: opaque}", null)]
    [InlineData("{token: a.b.c}", null)]
    [InlineData("{token: e30.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6bm9zLXN5c3RlbTpub3Mtc2VydmVyIn0.sig}", "system:serviceaccount:nos-system:nos-server")]
    [InlineData("{username: bob, password: x}", "bob")]
    [InlineData("{token: opaque, as: jane}", "jane")]
    [InlineData("{}", null)]
    public void A_token_or_a_name_says_who_this_is(string user, string? identity)
    {
        using var connection = Open(user);
        Assert.Equal(identity, connection.Identity);
    }

    [Theory]
    [InlineData("users: [", "is no kubeconfig, line")]
    [InlineData("- a\n- b", "is no kubeconfig, line 1")]
    [InlineData("", "it is empty")]
    [InlineData("contexts: [{name: b, context: {}}, {name: a, context: {}}]", "write 'current-context: NAME' with one of: a, b")]
    [InlineData("current-context: x\ncontexts: [{name: b, context: {}}]", "current-context names the context 'x', which is not there; name one of: b")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]", "context 'x' names the cluster 'c', which is not there; name one of: (there are none)")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: 'https://a'}}]", "names the user 'u'")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {server: '10.0.0.1'}}]", "write an address such as https://10.0.0.1:6443")]
    [InlineData("current-context: x\ncontexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]", "server of cluster 'c' is ''")]
    [InlineData("current-context: x\ncontexts: [null, {name: x, context: {cluster: c}}]\nclusters: [{name: c}]", "server of cluster 'c' is ''")]
    public void What_is_wrong_is_said_with_the_file(string text, string sentence)
    {
        var file = folder.Write("config", text);
        var wrong = Assert.Throws<KubeConfigException>(() => KubeConfig.Open(file));
        Assert.StartsWith(file, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Theory]
    [InlineData("{exec: {command: aws}}", "by running 'aws' (exec), which is not supported; write a token")]
    [InlineData("{auth-provider: {name: gcp}}", "by the auth-provider 'gcp', which is not supported; write a token")]
    [InlineData("{client-certificate-data: '***', client-key-data: ''}", "client-certificate-data of user 'u' is not base64")]
    [InlineData("{client-certificate: nowhere.crt, client-key: nowhere.key}", "nowhere.crt, which can't be read")]
    [InlineData("{client-key-data: YQ==}", "client-key without a client-certificate; write both")]
    [InlineData("{client-certificate-data: YQ==}", "client-certificate without a client-key; write both")]
    [InlineData("{client-certificate-data: YQ==, client-key-data: YQ==}", "write a certificate and the key that belongs to it, both as PEM")]
    [InlineData("{token: x, as: jane, as-groups: [y]}", "(as-groups), which is not supported")]
    [InlineData("{tokenFile: nowhere}", "nowhere can't be read")]
    public void What_is_wrong_with_a_user_is_said_with_what_to_write_instead(string user, string sentence)
    {
        var wrong = Assert.Throws<KubeConfigException>(() => Open(user));
        Assert.Contains(sentence, wrong.Message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Path, "config"), wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_must_be_the_certificates_own_and_open_and_the_certificate_valid()
    {
        var (certificate, key) = authority.Client("a");
        var (_, otherKey) = authority.Client("b");
        var (expired, expiredKey) = authority.Client("c", lifetime: TimeSpan.FromHours(1));
        var closed = key.Replace("EC PRIVATE", "ENCRYPTED PRIVATE", StringComparison.Ordinal);
        Assert.Contains("can't be used", Refusal(certificate, otherKey), StringComparison.Ordinal);
        Assert.Contains("is encrypted", Refusal(certificate, closed), StringComparison.Ordinal);
        Assert.Contains("the client certificate of 'c' expired at", Refusal(expired, expiredKey), StringComparison.Ordinal);

        string Refusal(string crt, string pem) => Assert.Throws<KubeConfigException>(() =>
            Open($"{{client-certificate-data: {Base64(crt)}, client-key-data: {Base64(pem)}}}")).Message;
    }

    [Theory]
    [InlineData("certificate-authority-data: bm8gUEVN", "certificate-authority of cluster 'c' holds no certificate")]
    [InlineData("certificate-authority: ca.crt", "ca.crt, which can't be read")]
    [InlineData("certificate-authority-data: bm8gUEVN, insecure-skip-tls-verify: true", "take the latter out")]
    [InlineData("insecure-skip-tls-verify: perhaps", "is no kubeconfig")]
    public void What_is_wrong_with_a_cluster_is_said_too(string cluster, string sentence)
    {
        var wrong = Assert.Throws<KubeConfigException>(() => Open("{}", cluster));
        Assert.Contains(sentence, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_closed_is_said_to_be_so()
    {
        Assert.Contains("there is no such file", Assert.Throws<KubeConfigException>(() => KubeConfig.Open($"{folder.Path}/no")).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<KubeConfigException>(() => KubeConfig.Open($"{folder.Path}/no:/nor")).Message, StringComparison.Ordinal);
        Assert.Contains("it can't be read", Assert.Throws<KubeConfigException>(() => KubeConfig.Open(folder.Path + "/")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_finds_its_service_account()
    {
        folder.Write("ca.crt", authority.Pem);
        folder.Write("token", "e30.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6eDp5In0.sig\n");
        folder.Write("namespace", "nos-system");
        using var connection = InClusterAt("fd00::1", "6443");
        Assert.Equal(
            ("https://[fd00::1]:6443/", "system:serviceaccount:x:y", "nos-system"),
            (connection.Server.AbsoluteUri, connection.Identity, connection.Namespace));
    }

    [Fact]
    public void A_pod_without_a_service_account_is_told_what_it_lacks()
    {
        var missing = Assert.Throws<KubeConfigException>(() => InClusterAt("10.0.0.1", "443"));
        Assert.Contains("automountServiceAccountToken: true", missing.Message, StringComparison.Ordinal);
        Assert.Contains("this is no pod", Assert.Throws<KubeConfigException>(() => InClusterAt(null, null)).Message, StringComparison.Ordinal);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private KubeConnection InClusterAt(string? host, string? port) =>
        KubeConfig.OpenInCluster(name => name == "KUBERNETES_SERVICE_HOST" ? host : name == "KUBERNETES_SERVICE_PORT" ? port : null, folder.Path, TimeProvider.System);

    private KubeConnection Open(string user, string cluster = "") => KubeConfig.Open(folder.Write("config", $$$"""
        current-context: x
        contexts: [{name: x, context: {cluster: c, user: u}}]
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1", {{{cluster}}} }}]
        users: [{name: u, user: {{{user}}}}]
        """));
}
