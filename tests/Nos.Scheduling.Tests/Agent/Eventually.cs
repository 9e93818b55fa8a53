namespace Nos.Scheduling.Tests.Agent;

/// <summary>Waits for what must come, generously: how fast it comes is not what these tests are about.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static Task Async(Func<bool> holds) => Async(() => Task.FromResult(holds() ? "" : "it never held"));

    /// <param name="complaint">What is still wrong; empty when nothing is.</param>
    public static async Task Async(Func<Task<string>> complaint)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await complaint() is { Length: > 0 } wrong)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, wrong);
            await Task.Delay(20);
        }
    }
}
