namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Ends when the agent says so, and not by itself on SIGTERM: the agent has a report to write before.</summary>
internal sealed class GuestLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
