using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.Leading;

public sealed class ElectorTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly InMemoryApiServer server;
    private readonly KubeClient reader;
    private readonly List<Running> running = [];

    public ElectorTests()
    {
        server = new InMemoryApiServer(clock);
        server.Seed("api/v1/namespaces", """{"metadata":{"name":"nos-system"}}"""u8);
        reader = server.CreateClient("reader");
    }

    public void Dispose()
    {
        running.ForEach(one => one.Dispose());
        reader.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Creates_the_lease_and_writes_into_it_what_client_go_would()
    {
        var me = Start("me");

        await Eventually.Async(() => me.Term is not null);

        var lease = (await Lease())!.Spec;
        Assert.Equal(("me", 10, 0), (lease.HolderIdentity, lease.LeaseDurationSeconds, lease.LeaseTransitions));
        Assert.Equal("2026-11-22T10:00:00.000000Z", lease.AcquireTime);
        Assert.Equal(lease.AcquireTime, lease.RenewTime);
        Assert.Equal((false, "nos-system/nos", "me"), (me.Term!.HasPredecessor, me.Term.Lease, me.Term.Holder));
        Assert.Equal(10, me.Term.Left.TotalSeconds);
    }

    [Fact]
    public async Task Renews_for_as_long_as_it_can_and_nobody_else_leads_meanwhile()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var other = Start("other");
        var term = one.Term!;

        for (var round = 0; round < 15; round++)
        {
            clock.Advance(2);
            await Eventually.Async(() => term.Left.TotalSeconds > 9);
        }

        Assert.Equal((1, 0), (one.Terms, other.Terms));
        Assert.Equal("2026-11-22T10:00:30.000000Z", (await Lease())!.Spec.RenewTime);
        Assert.Equal("2026-11-22T10:00:00.000000Z", (await Lease())!.Spec.AcquireTime);
    }

    [Fact]
    public async Task Another_takes_over_from_one_who_is_cut_off_and_whose_time_is_over_by_then()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var (other, term) = (Start("other"), one.Term!);
        var leftWhenOtherLed = TimeSpan.MaxValue;
        other.Led = () => leftWhenOtherLed = term.Left;
        await other.HasLooked();
        one.Network.IsDown = true;

        await AdvanceUntil(() => other.Term is not null);

        Assert.Equal(TimeSpan.Zero, leftWhenOtherLed);
        await Eventually.Async(() => one.Term is null);
        var lease = (await Lease())!.Spec;
        Assert.Equal(("other", 1), (lease.HolderIdentity, lease.LeaseTransitions));
        Assert.True(other.Term!.HasPredecessor);
    }

    [Fact]
    public async Task One_who_lost_the_lead_stands_again_and_has_another_term()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var first = one.Term!;
        one.Network.IsDown = true;
        await AdvanceUntil(() => one.Term is null);
        Assert.True(first.Ended.IsCancellationRequested);

        one.Network.IsDown = false;

        await AdvanceUntil(() => one.Term is not null);
        Assert.NotSame(first, one.Term);
        Assert.Equal(TimeSpan.Zero, first.Left);
        Assert.True(one.Term!.HasPredecessor);
    }

    [Fact]
    public async Task A_process_that_was_away_for_longer_than_it_may_notices_before_anything_else()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var term = one.Term!;

        // Nobody else is there who could take the lease, and a renewal would succeed: it is lost all the same.
        clock.Jump(8);
        Assert.Equal(2, term.Left.TotalSeconds);
        clock.Advance(0);

        await Eventually.Async(() => term.Ended.IsCancellationRequested);
    }

    [Fact]
    public async Task Releases_the_lease_after_the_lead_has_ended_so_that_another_leads_at_once()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var other = Start("other");
        await other.HasLooked();
        var finishing = new TaskCompletionSource();
        one.Finishing = finishing.Task;

        one.Stop();
        await Eventually.Async(() => one.IsFinishing);
        Assert.Equal("one", (await Lease())!.Spec.HolderIdentity);
        finishing.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Task);
        var lease = (await Lease())!.Spec;
        Assert.Equal(("", 1), (lease.HolderIdentity, lease.LeaseDurationSeconds));
        other.Elector.Nudge();
        await Eventually.Async(() => other.Term is not null);
    }

    [Fact]
    public async Task Releases_it_though_the_answer_of_its_last_renewal_was_lost()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        one.Network.Next = HoldingNetwork.Fault.HoldAnswer;
        clock.Advance(2);
        await Eventually.Async(() => one.Network.HeldCount == 1);

        one.Stop();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Task);
        Assert.Equal("", (await Lease())!.Spec.HolderIdentity);
    }

    [Fact]
    public async Task Does_not_take_what_it_could_not_lead_by_but_has_seen_how_long_it_is_unchanged()
    {
        await reader.CreateAsync(KubeResources.Leases, "nos-system", new LeaseDocument
        {
            Metadata = new ObjectMeta { Name = "nos" },
            Spec = new LeaseSpec { HolderIdentity = "dead", LeaseDurationSeconds = 10, RenewTime = "2026-11-22T10:00:00.000000Z" },
        }, CancellationToken.None);
        var ready = false;
        var me = Start("me", () => ready);
        await me.HasLooked();
        for (var second = 0; second < 12; second++)
        {
            clock.Advance(1);
            me.Elector.Nudge();
            await me.HasLooked();
        }

        Assert.Equal(0, me.Terms);
        ready = true;
        me.Elector.Nudge();

        await Eventually.Async(() => me.Term is not null);
    }

    [Fact]
    public async Task Gives_the_lead_to_others_where_what_leads_fails()
    {
        var one = Start("one", fails: true);
        await Eventually.Async(() => one.Terms == 1);
        var two = Start("two");

        await AdvanceUntil(() => two.Term is not null);

        Assert.Equal("two", (await Lease())!.Spec.HolderIdentity);
    }

    [Fact]
    public async Task A_lease_that_was_given_to_another_by_hand_is_lost_at_the_next_renewal()
    {
        var one = Start("one");
        await Eventually.Async(() => one.Term is not null);
        var patch = LeaseWords.Patch(new LeaseSpec { HolderIdentity = "by-hand" }, null);
        patch.Remove("metadata");
        await reader.PatchAsync(KubeResources.Leases, "nos-system", "nos", patch, CancellationToken.None);

        clock.Advance(2);

        await Eventually.Async(() => one.Term is null);
        Assert.Equal("by-hand", (await Lease())!.Spec.HolderIdentity);
    }

    private async Task AdvanceUntil(Func<bool> holds)
    {
        for (var step = 0; !holds(); step++)
        {
            Assert.True(step < 2000, "it never held");
            clock.Advance(0.25);
            await Task.Delay(5);
        }
    }

    private Task<LeaseDocument?> Lease() => reader.FindAsync(KubeResources.Leases, "nos-system", "nos", CancellationToken.None);

    private Running Start(string name, Func<bool>? mayLead = null, bool fails = false)
    {
        var one = new Running(name, server, clock) { Fails = fails };
        running.Add(one);
        one.Run(mayLead ?? (() => true));
        return one;
    }

    private sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly KubeClient client;
        private int looks;

        public Running(string name, InMemoryApiServer server, ManualClock clock)
        {
            Network = new HoldingNetwork(server);
            client = new KubeClient(new HttpClient(Network) { BaseAddress = new Uri("http://in-memory/") });
            Elector = new Elector(client, new ElectionSettings("nos-system", "nos", name, TimeSpan.FromSeconds(10)), clock, NullLogger<Elector>.Instance);
        }

        public HoldingNetwork Network { get; }

        public Elector Elector { get; }

        public Task Task { get; private set; } = Task.CompletedTask;

        public Term? Term { get; private set; }

        public int Terms { get; private set; }

        public bool Fails { get; init; }

        public bool IsFinishing { get; private set; }

        public Task Finishing { get; set; } = Task.CompletedTask;

        public Action Led { get; set; } = () => { };

        public void Run(Func<bool> mayLead) => Task = Elector.RunAsync(
            () =>
            {
                Interlocked.Increment(ref looks);
                return mayLead();
            },
            LeadAsync,
            stop.Token);

        /// <summary>Completes when it has looked at the lease since this call.</summary>
        public async Task HasLooked()
        {
            var before = Volatile.Read(ref looks);
            await Eventually.Async(() =>
            {
                Elector.Nudge();
                return Volatile.Read(ref looks) > before + 1;
            });
        }

        public void Stop() => stop.Cancel();

        public void Dispose()
        {
            stop.Cancel();
            client.Dispose();
        }

        private async Task LeadAsync(Term term)
        {
            Led();
            Terms++;
            if (Fails)
            {
                throw new InvalidOperationException("it cannot lead");
            }

            Term = term;
            await Task.Delay(Timeout.Infinite, term.Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            IsFinishing = true;
            await Finishing;
            Term = null;
        }
    }
}
