using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>One system whose binds give up soon and whose reservations last a minute: long enough for a server to die and another to come.</summary>
public sealed class ReservationPlane : IAsyncLifetime
{
    public static readonly TimeSpan Ttl = TimeSpan.FromMinutes(1);

    public NosPlane Nos { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Nos = await NosPlane.Start("own", serverFlags: ["--bind-wait", "2s", "--reservation-ttl", $"{(int)Ttl.TotalSeconds}s"]);

    public async Task DisposeAsync()
    {
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }
    }
}
