using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>The node made an MPS node, and a MIG node again.</summary>
[Collection(LineCollection.Name)]
public sealed class LineSharingTests(LinePlane line)
{
    [KubeletFact]
    public async Task A_node_whose_label_changes_to_mps_gives_pods_shares_of_one_GPU_and_cuts_its_GPUs_again_when_it_changes_back()
    {
        using var gpus = await GpuMachine.With([.. Enumerable.Repeat("off A100-80GB", LinePlane.GpuCount)]);
        await using var scope = await line.Scope("sharing");
        await line.Label("mps");
        await line.Nos.Agent.Kill();
        try
        {
            await using var daemons = await MpsDaemons.Of(gpus, line.MpsRoot);
            line.StartAgent(daemons.Environment);
            await line.Eventually("is ready to share", gpuNode => gpuNode.Text("spec", "mode") == "MPS" && IsReady(gpuNode));

            await scope.Add(LineScope.Pod("small").Asking("nvidia.com/gpu-10gb", 1));
            await scope.Add(LineScope.Pod("large").Asking("nvidia.com/gpu-20gb", 1));

            foreach (var (pod, limit) in new[] { ("small", "0=10G"), ("large", "0=20G") })
            {
                await scope.Running(pod);
                var share = await line.SliceOf(scope, pod);
                var gpu = (await line.GpuNode())["status"]!["gpus"]!.AsArray().Single(shown => shown.Text("index") == share.Text("id")!.Split('-')[0]);
                Assert.Equal(gpu.Text("uuid"), await scope.Devices(pod));
                Assert.Equal(limit, await scope.Variable(pod, "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"));
                Assert.Equal(share.Text("id"), await scope.Variable(pod, "NOS_MPS_SHARES"));
                Assert.True(Directory.Exists(Path.Combine(line.MpsRoot, gpu.Text("uuid")!, "pipe")), daemons.Tail());
            }

            Assert.Equal(await scope.Devices("small"), await scope.Devices("large"));

            await line.Label("mig");
            await line.Eventually("waits for the pods", gpuNode => gpuNode.At("status", "conditions") is JsonArray conditions
                && conditions.Any(condition => condition.Text("reason") == "ModeChanging" && condition.Text("message")!.Contains($"{scope.Namespace}/small", StringComparison.Ordinal)));
            await scope.Forget("small");
            await scope.Forget("large");
            await line.Eventually("is a MIG node without shares", gpuNode => gpuNode.Text("spec", "mode") == "MIG" && !LinePlane.Slices(gpuNode).Any());
        }
        finally
        {
            await line.Label("mig");
            await line.Nos.Agent.Kill();
            line.StartAgent();
            await line.Eventually("is a MIG node again", gpuNode => gpuNode.Text("spec", "mode") == "MIG" && IsReady(gpuNode));
        }

        await line.AdvertisedAnew();
    }

    private static bool IsReady(JsonObject gpuNode) =>
        gpuNode.At("status", "conditions") is JsonArray conditions && conditions.Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");
}
