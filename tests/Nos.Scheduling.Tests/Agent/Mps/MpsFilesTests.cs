using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Mps;

public sealed class MpsFilesTests : IDisposable
{
    private readonly MpsFolder gpu = MpsFolder.Of(Directory.CreateTempSubdirectory("nos-mps-").FullName, "GPU-1");

    [Fact]
    public void Shares_are_read_as_they_were_written()
    {
        Assert.Empty(ShareFile.Read(gpu));

        ShareFile.Write(gpu, [SliceShape.Mps(10, 2), SliceShape.Mps(5, 1), SliceShape.Mps(10, 1)]);

        Assert.Equal([SliceShape.Mps(5, 1), SliceShape.Mps(10, 1), SliceShape.Mps(10, 2)], ShareFile.Read(gpu));
        Assert.Equal(["shares"], Directory.EnumerateFiles(gpu.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("10gb")]
    [InlineData("0gb-1")]
    [InlineData("10gb-0")]
    [InlineData("10gb-1gb-1")]
    [InlineData("1g.10gb-1")]
    public void A_line_that_is_no_share_is_told_with_its_file(string line)
    {
        WholeFile.Write(gpu.Shares, line);

        Assert.Contains(gpu.Shares, Assert.Throws<MpsException>(() => ShareFile.Read(gpu)).Message);
    }

    [Fact]
    public void A_state_is_read_as_it_was_written_and_one_that_cannot_be_read_says_nothing()
    {
        Assert.Null(StateFile.Read(gpu));
        StateFile.Write(gpu, DaemonState.None with { Pid = 7, Clients = [1, 2], Waiting = [new WaitingClient(3, 1001)], Uid = 1000 });
        Assert.Equal([1, 2], StateFile.Read(gpu)!.Clients);
        Assert.Equal([new WaitingClient(3, 1001)], StateFile.Read(gpu)!.Waiting);

        WholeFile.Write(gpu.State, "{");

        Assert.Null(StateFile.Read(gpu));
    }

    [Fact]
    public void Without_a_sign_of_life_for_a_while_there_is_no_supervisor()
    {
        var now = DateTimeOffset.UtcNow;
        var root = Directory.CreateDirectory(Path.GetDirectoryName(gpu.Path)!).FullName;
        Assert.False(StateFile.IsAlive(root, now));

        StateFile.SignLife(root, now);

        Assert.True(StateFile.IsAlive(root, now.AddSeconds(10)));
        Assert.False(StateFile.IsAlive(root, now.AddSeconds(20)));
    }

    [Fact]
    public void Containers_of_any_user_reach_the_pipes_and_write_the_shared_memory()
    {
        gpu.Prepare();

        Assert.Equal("755 755 755 1777", string.Join(' ', new[] { gpu.Path, gpu.Pipe, gpu.Log, gpu.Shm }.Select(folder => Convert.ToString((int)new DirectoryInfo(folder).UnixFileMode, 8))));
    }

    [Fact]
    public void Pauses_between_starts_grow_from_a_second_to_a_minute()
    {
        var clock = new ManualClock();
        var pause = new RestartPause(new MpsPace(), clock);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            pause.Fail();
            clock.Advance(seconds - 0.1);
            Assert.True(pause.Rests);
            clock.Advance(0.2);
            Assert.False(pause.Rests);
        }

        pause.Reset();
        pause.Fail();
        clock.Advance(1.1);
        Assert.False(pause.Rests);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(gpu.Path)!, recursive: true);
}
