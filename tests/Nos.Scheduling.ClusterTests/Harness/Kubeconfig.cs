namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Writes kubeconfig files as kubectl does: block YAML with everything embedded.</summary>
internal static class Kubeconfig
{
    /// <returns>The file, next to the certificate.</returns>
    public static string Write(string server, string user, IssuedCertificate identity)
    {
        var file = Path.Combine(identity.Folder, "kubeconfig");
        File.WriteAllText(file, $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: test
              cluster:
                server: {server}
                certificate-authority-data: {Encoded(identity.AuthorityFile)}
            users:
            - name: {Quoted(user)}
              user:
                client-certificate-data: {Encoded(identity.CertificateFile)}
                client-key-data: {Encoded(identity.KeyFile)}
            contexts:
            - name: test
              context:
                cluster: test
                user: {Quoted(user)}
            current-context: test

            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    private static string Encoded(string file) => Convert.ToBase64String(File.ReadAllBytes(file));
}
