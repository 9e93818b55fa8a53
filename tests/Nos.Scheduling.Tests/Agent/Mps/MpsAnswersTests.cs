using Nos.Scheduling.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Mps;

public sealed class MpsAnswersTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n", "")]
    [InlineData("4711\n", "4711")]
    [InlineData("4711\r\n 4712 \n", "4711,4712")]
    public void Process_ids_stand_one_a_line(string said, string pids) => Assert.Equal(pids, string.Join(',', MpsAnswers.Pids("x", said)));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("4711 4712")]
    [InlineData("4711\nServer not found")]
    [InlineData("99999999999")]
    public void Anything_else_is_no_list_of_processes(string said) => Assert.Contains("x with something that is not understood", Assert.Throws<MpsException>(() => MpsAnswers.Pids("x", said)).Message);

    [Fact]
    public void A_status_is_one_word_in_capitals()
    {
        Assert.Equal("FAULT", MpsAnswers.Status("x", "FAULT\n"));
        Assert.Throws<MpsException>(() => MpsAnswers.Status("x", "Server not found"));
    }

    [Fact]
    public void A_command_that_was_taken_says_nothing()
    {
        MpsAnswers.Nothing("x", "\n");
        Assert.Throws<MpsException>(() => MpsAnswers.Nothing("x", "Unknown command"));
    }
}
