namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class KubeletNodeTests
{
    [KubeletFact]
    public async Task A_pod_prints_what_kubelet_tells_and_outlives_a_kubelet_that_was_killed()
    {
        await using var plane = await ControlPlane.Start([.. KubeletNode.ApiServerFlags]);
        await using var node = await KubeletNode.Start(plane, "n");
        await using var scope = await plane.Scope("node");
        await scope.Add(TestPod.Named("p").Running(KubeletPrograms.Image).Spec("hostNetwork", true).BoundTo("n"));
        var before = await Running(scope);

        await node.KillKubelet();
        await node.StartKubelet();

        await Polling.Until("kubelet tells what the container printed", () => node.Log(scope.Namespace, "p", "main"), text => text.Contains("READY", StringComparison.Ordinal));
        Assert.Equal(before, await Running(scope));
    }

    [KubeletFact]
    public async Task A_node_ends_with_the_test_host_that_started_it()
    {
        using var scratch = new ScratchDirectory();
        var host = new ChildCommand("host", RepositoryLayout.DotnetHost, [typeof(KubeletNodeTests).Assembly.Location, "hold", "bash", KubeletPrograms.Script, "run", Path.Combine(scratch.Path, "n")]);
        foreach (var file in new[] { "tls.crt", "tls.key", "ca.crt", "kubeconfig" })
        {
            await File.WriteAllTextAsync(scratch.File(file), "");
        }

        await using var held = ChildProcess.Start(host.With("KL_DIR", KubeletPrograms.Find().Folder).With("KL_NODE", "n").With("KL_KUBECONFIG", scratch.File("kubeconfig"))
            .With("KL_CERTS", scratch.Path).With("KL_PORT", $"{FreePorts.Next()}").With("KL_HEALTH", $"{FreePorts.Next()}"));
        var keeper = int.Parse((await held.WaitForLine("holding")).Split(' ')[1]);
        await Polling.Until("kubelet has been started", () => Task.FromResult(File.Exists(Path.Combine(scratch.Path, "n", "log", "kubelet.log"))));
        var first = ProcessTree.Children(keeper).Single().Id;
        Assert.Contains(ProcessTree.Children(first), child => child.Name == "containerd");

        await held.Kill();

        // It ends last: when it has, the kernel has ended all others of its namespace.
        await Polling.Until("the node's first process has ended", () => Task.FromResult(!Directory.Exists($"/proc/{first}")));
        await KubeletNode.Sweep();
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", $"nos-kubelet-{keeper}", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }), _ => true);
    }

    private static async Task<string?> Running(TestScope scope) => (await scope.Api.Eventually(
        ApiPaths.Pod(scope.Namespace, "p"), "runs", pod => pod.Text("status", "phase") == "Running", TimeSpan.FromMinutes(1))).Text("status", "containerStatuses", "0", "containerID");
}
