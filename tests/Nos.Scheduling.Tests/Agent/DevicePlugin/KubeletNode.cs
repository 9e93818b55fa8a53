using System.Diagnostics;
using System.Text.Json;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>The one node of a real plane with a kubelet, asked and told by kubectl.</summary>
internal static class KubeletNode
{
    /// <summary>Holds <c>FOLDER:KUBECONFIG:KUBECTL:NODE:RESTART</c>: kubelet's folder as seen from here, how to reach its cluster, and a script that kills and starts it.</summary>
    public const string Variable = "NOS_KUBELET";

    public static bool IsThere => Parts.Length == 5;

    public static string Folder => Parts[0];

    private static string[] Parts => (Environment.GetEnvironmentVariable(Variable) ?? "").Split(':');

    /// <summary>Allocatable of a resource, or <see langword="null"/> where the node does not name it.</summary>
    public static async Task<string?> AllocatableAsync(string resource)
    {
        using var node = JsonDocument.Parse(await KubectlAsync(null, "get", "node", Parts[3], "-o", "json"));
        return node.RootElement.GetProperty("status").GetProperty("allocatable").TryGetProperty(resource, out var amount) ? amount.GetString() : null;
    }

    /// <summary>Creates a pod that is bound from the start: no scheduler, no wait for node status.</summary>
    public static Task BindAsync(string pod, string resource, int count = 1) => KubectlAsync(
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{pod}}}"},
         "spec":{"nodeName":"{{{Parts[3]}}}","hostNetwork":true,"terminationGracePeriodSeconds":1,"restartPolicy":"Never","tolerations":[{"operator":"Exists"}],
          "containers":[{"name":"c","image":"kl.local/work:1","imagePullPolicy":"Never","resources":{"limits":{"{{{resource}}}":"{{{count}}}"} } }] } }
        """,
        "create", "-f", "-");

    public static async Task<string> PhaseAsync(string pod)
    {
        using var read = JsonDocument.Parse(await KubectlAsync(null, "get", "pod", pod, "-o", "json"));
        var status = read.RootElement.GetProperty("status");
        return $"{status.GetProperty("phase").GetString()} {(status.TryGetProperty("message", out var message) ? message.GetString() : "")}".Trim();
    }

    public static Task<string> LogAsync(string pod) => KubectlAsync(null, "logs", pod);

    public static Task DeleteAllAsync() => KubectlAsync(null, "delete", "pods", "--all", "--wait=true");

    /// <summary>Kills kubelet and starts it anew; returns when it answers.</summary>
    public static Task RestartAsync() => RunAsync(null, "bash", Parts[4]);

    private static Task<string> KubectlAsync(string? input, params string[] arguments) => RunAsync(input, Parts[2], ["--kubeconfig", Parts[1], .. arguments]);

    private static async Task<string> RunAsync(string? input, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var kubectl = Process.Start(start)!;
        await kubectl.StandardInput.WriteAsync(input);
        kubectl.StandardInput.Close();
        var (output, error) = (kubectl.StandardOutput.ReadToEndAsync(), kubectl.StandardError.ReadToEndAsync());
        await kubectl.WaitForExitAsync();
        Assert.True(kubectl.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return await output;
    }
}
