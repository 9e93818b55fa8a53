using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>One system in own mode for bursts in which nothing breaks. Cuts take a while, as on a real GPU.</summary>
public sealed class BurstPlane : IAsyncLifetime
{
    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync() => Nos = await NosPlane.Start("own", agentFlags: ["--simulated-latency", "300ms"]);

    public async Task DisposeAsync()
    {
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }
    }
}
