namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The one plane that all tests share which do not break it. A test that stops or pauses parts starts its own.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    public ControlPlane Plane { get; private set; } = null!;

    public async Task InitializeAsync() => Plane = await ControlPlane.Start();

    public async Task DisposeAsync()
    {
        if (Plane is not null)
        {
            await Plane.DisposeAsync();
        }
    }
}
