using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>One system in own mode for all tests of <see cref="OwnModeTests"/>.</summary>
public sealed class OwnModePlane : IAsyncLifetime
{
    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync() => Nos = await NosPlane.Start("own");

    public async Task DisposeAsync() => await Nos.DisposeAsync();
}
