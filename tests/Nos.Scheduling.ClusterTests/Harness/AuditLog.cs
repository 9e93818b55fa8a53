using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The API server's own record of who wrote what and when: the witness for what a process did <em>not</em> do.</summary>
public sealed class AuditLog : IDisposable
{
    private readonly ScratchDirectory _folder = new();

    public AuditLog() => File.WriteAllText(Policy, """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - {level: None, verbs: [get, list, watch]}
        - {level: Metadata}
        """);

    /// <summary>For the API server's command line. It writes each line before it answers.</summary>
    public IReadOnlyList<string> ApiServerFlags => ["--audit-policy-file", Policy, "--audit-log-path", LogFile, "--audit-log-mode", "blocking-strict"];

    private string Policy => Path.Combine(_folder.Path, "policy.yaml");

    private string LogFile => Path.Combine(_folder.Path, "audit.log");

    /// <summary>All writes of one process so far, in the order of their arrival.</summary>
    /// <param name="agent">Part of its user agent: a server's holder identity.</param>
    public IReadOnlyList<ApiWrite> Of(string agent)
    {
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var writes = new List<ApiWrite>();
        while (reader.ReadLine() is { } line)
        {
            // The last line may be half written.
            if (line.EndsWith('}') && JsonNode.Parse(line) is JsonObject entry && entry.Text("userAgent")?.Contains(agent, StringComparison.Ordinal) == true)
            {
                writes.Add(ApiWrite.Of(entry));
            }
        }

        return [.. writes.OrderBy(write => write.At)];
    }

    public void Dispose() => _folder.Dispose();
}
