using Nos.Scheduling.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>A supervisor in the test's own process, told to end when it is disposed.</summary>
internal sealed class SupervisorHere : IDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly Task work;

    public SupervisorHere(MpsSupervisor supervisor) => work = supervisor.RunAsync(end.Token);

    public void Dispose()
    {
        end.Cancel();
        work.ContinueWith(_ => end.Dispose(), TaskScheduler.Default).Wait();
    }
}
