using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Leading;

/// <summary>Elections under everything that networks, servers and machines do to them: at no moment two have time left to lead.</summary>
public sealed class ElectionPropertyTests
{
    private const int Contenders = 3;

    [Fact]
    public void At_no_moment_two_have_time_left_whatever_happens()
    {
        var (elected, changes) = (0, 0);
        var moves = Gen.Choose(0, 99_999).ListOf(120).ToArbitrary();

        Prop.ForAll(moves, list =>
        {
            var (complaint, terms) = PlayAsync([.. list]).GetAwaiter().GetResult();
            (elected, changes) = (elected + (terms > 0 ? 1 : 0), changes + (terms > 1 ? 1 : 0));
            return (complaint is null).Label(complaint ?? "");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150));

        // Else nothing was shown.
        Assert.True(elected > 140, $"{elected} runs elected anybody");
        Assert.True(changes > 100, $"in {changes} runs the lead changed hands");
    }

    private static async Task<(string? Complaint, int Terms)> PlayAsync(List<int> moves)
    {
        var world = new TwoClocks();
        using var server = new InMemoryApiServer(world);
        server.Seed("api/v1/namespaces", """{"metadata":{"name":"nos-system"}}"""u8);
        var all = Enumerable.Range(0, Contenders).Select(index => new Contender(server, $"c{index}", TimeSpan.FromHours(index))).ToArray();
        try
        {
            for (var index = 0; index < moves.Count; index++)
            {
                await MoveAsync(moves[index], world, all);
                if (all.Count(contender => contender.Left > TimeSpan.Zero) > 1)
                {
                    return ($"after move {index} ({moves[index]}): {string.Join(", ", all.Select(contender => contender.Left))}", 0);
                }
            }

            return (null, all.Sum(contender => contender.Terms));
        }
        finally
        {
            Array.ForEach(all, contender => contender.Dispose());
        }
    }

    private static async Task MoveAsync(int move, TwoClocks world, Contender[] all)
    {
        var (kind, one, amount) = (move % 100, all[move / 100 % Contenders], move / 300 % 333);
        switch (kind)
        {
            case < 40:
                await one.StepAsync();
                break;
            case < 62:
                Advance(TimeSpan.FromMilliseconds(amount * 10));
                break;
            case < 66:
                // All stand still for longer than any lease, as seen by one who sleeps or by a loaded machine.
                Advance(TimeSpan.FromSeconds(amount / 10.0));
                break;
            case < 70:
                // One machine sleeps: its monotonic clock does not see the time go by, its wall clock does.
                var before = one.Clocks.Monotonic;
                Advance(TimeSpan.FromSeconds(amount / 10.0));
                one.Clocks.Monotonic = before;
                break;
            case < 82:
                one.Network.Next = (HoldingNetwork.Fault)(1 + (amount % 4));
                break;
            case < 88:
                if (one.Network.HeldCount > 0)
                {
                    await one.DeliverAsync(amount % one.Network.HeldCount);
                }

                break;
            case < 94:
                await one.GiveUpAsync();
                break;
            case < 97:
                await one.ReleaseAsync();
                break;
            default:
                one.Network.IsDown = !one.Network.IsDown;
                break;
        }

        void Advance(TimeSpan time)
        {
            world.Advance(time);
            Array.ForEach(all, contender => contender.Clocks.Advance(time));
        }
    }
}
