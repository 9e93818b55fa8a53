using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>One system in own mode whose every call to the API server can be interfered with.</summary>
public sealed class ApiFaultPlane : IAsyncLifetime
{
    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync() => Nos = await NosPlane.Start(new NosSettings("own") { ThroughFaults = true });

    public async Task DisposeAsync()
    {
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }
    }
}
