namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Does the work on one GPU in order, one piece at a time; the lanes of several GPUs run side by side.</summary>
/// <remarks>NVML's calls block, some for a second: each piece has a thread of its own, so that eight GPUs do not wait for a pool to grow.</remarks>
internal sealed class GpuLane : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Whether something is going on.</summary>
    public bool IsTaken => turn.CurrentCount == 0;

    /// <summary>Does it when its turn has come. What has begun is not cancelled.</summary>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        return await RunAndReleaseAsync(work);
    }

    /// <summary>Does it if nothing else is going on.</summary>
    /// <returns>The work; <see langword="null"/> where the lane is taken.</returns>
    public Task<T>? TryRun<T>(Func<T> work) => turn.Wait(0) ? RunAndReleaseAsync(work) : null;

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    private async Task<T> RunAndReleaseAsync<T>(Func<T> work)
    {
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            turn.Release();
        }
    }
}
