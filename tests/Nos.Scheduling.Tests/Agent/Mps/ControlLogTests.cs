using System.Text;
using Nos.Scheduling.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Mps;

public sealed class ControlLogTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    [Fact]
    public void Who_was_pushed_back_and_is_not_in_waits()
    {
        var log = new ControlLog(path);
        File.AppendAllText(path, Pushed(11, 1000) + "[2026-11-25 07:30:26.217 Control     6] Accepting connection...\n" + Pushed(12, 1001));
        File.AppendAllText(path, "[2026-11-25 07:30:27.000 Control     6] NEW CLIENT 13 from user 1000: Server already exists\n");

        log.Follow();

        Assert.Equal([new WaitingClient(12, 1001)], log.Waiting(new HashSet<int> { 11, 13 }, _ => true));
        Assert.Equal((1000, 1001, 1000, null), (log.UserOf(11), log.UserOf(12), log.UserOf(13), log.UserOf(14)));
    }

    [Fact]
    public void Who_has_ended_waits_no_more_and_a_process_that_the_daemon_cannot_see_is_nobody()
    {
        var log = new ControlLog(path);
        File.AppendAllText(path, Pushed(12, 1001) + Pushed(0, 0));

        log.Follow();

        Assert.Empty(log.Waiting(new HashSet<int>(), pid => pid != 12));
    }

    [Fact]
    public void A_line_that_is_not_whole_yet_is_read_when_it_is()
    {
        var log = new ControlLog(path);
        var line = Pushed(12, 1001);
        File.AppendAllText(path, line[..60]);
        log.Follow();
        Assert.Empty(log.Waiting(new HashSet<int>(), _ => true));

        File.AppendAllText(path, line[60..]);
        log.Follow();

        Assert.Single(log.Waiting(new HashSet<int>(), _ => true));
    }

    [Fact]
    public void A_log_that_grew_long_is_emptied_after_it_was_read_and_followed_from_there()
    {
        var log = new ControlLog(path);
        File.AppendAllText(path, Pushed(12, 1001) + new string('x', 9 * 1024 * 1024) + "\n");
        log.Follow();
        Assert.Equal(0, new FileInfo(path).Length);

        File.AppendAllText(path, Pushed(13, 1002));
        log.Follow();

        Assert.Equal([12, 13], log.Waiting(new HashSet<int>(), _ => true).Select(client => client.Pid));
    }

    [Fact]
    public void A_daemon_that_writes_on_where_it_was_leaves_a_hole_that_nobody_reads()
    {
        var log = new ControlLog(path);
        using var daemon = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        daemon.Write(new byte[9 * 1024 * 1024]);
        daemon.Flush();
        log.Follow();
        Assert.Equal(0, new FileInfo(path).Length);

        foreach (var pid in (int[])[12, 13])
        {
            daemon.Write(Encoding.UTF8.GetBytes(Pushed(pid, 1001)));
            daemon.Flush();
            log.Follow();
        }

        Assert.Equal([12, 13], log.Waiting(new HashSet<int>(), _ => true).Select(client => client.Pid));
        Assert.True(new FileInfo(path).Length > 9 * 1024 * 1024);
    }

    private static string Pushed(int pid, int uid) =>
        $"[2026-11-25 07:30:26.216 Control     6] NEW CLIENT {pid} from user {uid}: Server is not ready, push client to pending list\n";

    public void Dispose() => File.Delete(path);
}
