using System.Net.Sockets;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class ProgramRunTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    [Fact]
    public async Task Shows_on_standard_output_and_has_done_its_work()
    {
        Assert.Equal(ExitCodes.Done, await RunAsync(new FlagOutcome<string>.Show("help"), NeverAsync));

        Assert.Equal(("help" + Environment.NewLine, ""), (output.ToString(), error.ToString()));
    }

    [Theory]
    [InlineData(ExitCodes.BadUsage)]
    [InlineData(ExitCodes.Failed)]
    public async Task Refuses_on_standard_error_with_the_outcomes_code(int exitCode)
    {
        Assert.Equal(exitCode, await RunAsync(new FlagOutcome<string>.Refused("Not so.", exitCode), NeverAsync));

        Assert.Equal(("", "Not so." + Environment.NewLine), (output.ToString(), error.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Ends_as_the_work_says(int exitCode) =>
        Assert.Equal(exitCode, await RunAsync(new FlagOutcome<string>.Run("x"), (_, _) => Task.FromResult(exitCode)));

    [Fact]
    public async Task Fails_with_one_line_when_the_surroundings_refuse()
    {
        var code = await RunAsync(new FlagOutcome<string>.Run("x"), (_, _) => throw new IOException("The port\nis taken."));

        Assert.Equal((ExitCodes.Failed, "The port is taken." + Environment.NewLine), (code, error.ToString()));
    }

    [Fact]
    public async Task Fails_with_the_whole_story_when_only_a_bug_can_be_the_cause()
    {
        var code = await RunAsync(new FlagOutcome<string>.Run("x"), (_, _) => throw new InvalidOperationException("Impossible."));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains(nameof(Fails_with_the_whole_story_when_only_a_bug_can_be_the_cause), error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_that_no_signal_caused_is_a_failure() =>
        Assert.Equal(ExitCodes.Failed, await RunAsync(new FlagOutcome<string>.Run("x"), (_, _) => throw new OperationCanceledException()));

    [Fact]
    public async Task A_connection_that_was_refused_is_told_in_one_line()
    {
        await RunAsync(new FlagOutcome<string>.Run("x"), (_, _) => throw new SocketException((int)SocketError.ConnectionRefused));

        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    private static Task<int> NeverAsync(string with, CancellationToken cancellation) => throw new InvalidOperationException("There was nothing to do.");

    private Task<int> RunAsync(FlagOutcome<string> outcome, Func<string, CancellationToken, Task<int>> work) => ProgramRun.RunAsync(outcome, output, error, work);
}
