namespace Nos.Scheduling.Agent.Mps;

/// <summary>The shared memory of a GPU's daemon and its clients: a file system of its own, so that no container can fill what the node itself needs.</summary>
/// <param name="gpu">The GPU.</param>
/// <param name="limit">How long mounting may take.</param>
/// <param name="time">The clock.</param>
/// <remarks>The containers of all pods that share the GPU have it as their /dev/shm. Mounted here it must be seen on the node: bidirectional propagation.</remarks>
internal sealed class ClientMemory(MpsFolder gpu, TimeSpan limit, TimeProvider time)
{
    /// <summary>Taken only as far as it is used.</summary>
    private const string Options = "size=1g,mode=1777,nosuid,nodev,noexec";

    /// <summary>Whether it is mounted.</summary>
    public bool IsMounted
    {
        get
        {
            // The fifth field is where; a mount on top of another is told once more.
            var place = gpu.Shm;
            return File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ') is [_, _, _, _, var where, ..] && where == place);
        }
    }

    /// <summary>Mounts it, where it is not.</summary>
    /// <exception cref="MpsException">It cannot be mounted.</exception>
    public async Task MountAsync(CancellationToken cancellation)
    {
        if (!IsMounted)
        {
            await RunAsync("mount", ["-t", "tmpfs", "-o", Options, "nos-mps", gpu.Shm], cancellation);
        }
    }

    /// <summary>Unmounts it: with the last container that has it, what is in it goes.</summary>
    /// <exception cref="MpsException">It cannot be unmounted.</exception>
    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (IsMounted)
        {
            await RunAsync("umount", [gpu.Shm], cancellation);
        }
    }

    private async Task RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var (code, said) = await new MpsProgram(program, time).RunAsync(arguments, gpu, "", limit, cancellation);
        if (code != 0)
        {
            throw new MpsException($"{program} {gpu.Shm} ended with {code}: {said.Trim().ReplaceLineEndings(" ")}");
        }
    }
}
