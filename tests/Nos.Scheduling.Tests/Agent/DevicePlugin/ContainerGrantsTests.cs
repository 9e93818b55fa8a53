using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class ContainerGrantsTests
{
    private readonly SliceDevice third = Device("1g.10gb@3", uuid: "MIG-3");
    private readonly SliceDevice fourth = Device("1g.10gb@4", uuid: "MIG-4");

    [Fact]
    public void The_variable_names_the_instances_in_the_order_of_the_gpu_and_nothing_else_is_given()
    {
        var grant = ContainerGrants.Of([fourth, third], GrantStyle.Env, "/run/mps");

        Assert.Equal("MIG-3,MIG-4", Assert.Single(grant.Envs, env => env.Key == "NVIDIA_VISIBLE_DEVICES").Value);
        Assert.Single(grant.Envs);
        Assert.Empty(grant.Mounts);
        Assert.Empty(grant.CdiDevices);
        Assert.Empty(grant.Annotations);
    }

    [Fact]
    public void Cdi_names_the_slices_by_their_ids_and_leaves_the_variable_to_the_specification()
    {
        var grant = ContainerGrants.Of([third, fourth], GrantStyle.CdiDevices, "/run/mps");

        Assert.Equal(["nos.nebuly.com/slice=0-1g.10gb-3", "nos.nebuly.com/slice=0-1g.10gb-4"], grant.CdiDevices.Select(device => device.Name));
        Assert.Empty(grant.Envs);
        Assert.Empty(grant.Annotations);
    }

    [Fact]
    public void An_old_kubelet_passes_the_names_on_in_an_annotation_of_the_containers_own()
    {
        var first = ContainerGrants.Of([third], GrantStyle.CdiAnnotations, "/run/mps");
        var second = ContainerGrants.Of([fourth], GrantStyle.CdiAnnotations, "/run/mps");

        Assert.Equal("nos.nebuly.com/slice=0-1g.10gb-3", Assert.Single(first.Annotations).Value);
        Assert.StartsWith("cdi.k8s.io/", Assert.Single(first.Annotations).Key);
        Assert.NotEqual(Assert.Single(first.Annotations).Key, Assert.Single(second.Annotations).Key);
        Assert.Empty(first.CdiDevices);
    }

    [Fact]
    public void A_share_comes_with_its_daemons_pipe_its_memory_and_the_daemons_shared_memory()
    {
        var grant = ContainerGrants.Of([Device("10gb#1"), Device("5gb#2")], GrantStyle.Env, "/run/mps");

        Assert.Equal("GPU-0", grant.Envs["NVIDIA_VISIBLE_DEVICES"]);
        Assert.Equal("/mps/pipe", grant.Envs["CUDA_MPS_PIPE_DIRECTORY"]);
        Assert.Equal("0=15G", grant.Envs["CUDA_MPS_PINNED_DEVICE_MEM_LIMIT"]);
        Assert.Equal("0-10gb-1,0-5gb-2", grant.Envs["NOS_MPS_SHARES"]);
        Assert.Equal(["/mps/pipe /run/mps/GPU-0/pipe False", "/dev/shm /run/mps/GPU-0/shm False"], grant.Mounts.Select(mount => $"{mount.ContainerPath} {mount.HostPath} {mount.ReadOnly}"));
    }

    [Fact]
    public void Shares_of_two_gpus_are_refused() =>
        Assert.Equal(RpcStatus.FailedPrecondition, Assert.Throws<RpcException>(() => ContainerGrants.Of([Device("10gb#1"), Device("10gb#1", gpu: 1)], GrantStyle.Env, "/run/mps")).Status);

    [Fact]
    public void With_its_device_files_written_down_a_slice_keeps_nvidias_runtime_from_adding_others()
    {
        var edits = CdiSpec.Of(third, ["/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap12"])["devices"]![0]!["containerEdits"]!;

        Assert.Equal("NVIDIA_VISIBLE_DEVICES=void", edits["env"]![0]!.GetValue<string>());
        Assert.Equal("/dev/nvidia-caps/nvidia-cap12", edits["deviceNodes"]![1]!["path"]!.GetValue<string>());
        Assert.Equal("NVIDIA_VISIBLE_DEVICES=MIG-3", CdiSpec.Of(third, [])["devices"]![0]!["containerEdits"]!["env"]![0]!.GetValue<string>());
    }

    private static SliceDevice Device(string slice, int gpu = 0, string? uuid = null)
    {
        var place = Slices.Place(Draw.A100, slice, gpu);
        return new SliceDevice(place, place.Id, SpecEntry.Plain(place.Shape), $"GPU-{gpu}", uuid, IsHealthy: true);
    }
}
