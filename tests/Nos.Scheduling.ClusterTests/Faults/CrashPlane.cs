using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>One system in own mode whose parts are killed and started again. Slices survive their agent, and cuts take long enough to be hit.</summary>
public sealed class CrashPlane : IAsyncLifetime
{
    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Nos = await NosPlane.Start(new NosSettings("own") { KeepsState = true, AgentFlags = ["--simulated-latency", "300ms"] });

    public async Task DisposeAsync()
    {
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }
    }
}
