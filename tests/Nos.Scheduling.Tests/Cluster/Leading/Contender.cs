using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Leading;

namespace Nos.Scheduling.Tests.Cluster.Leading;

/// <summary>One process of an election, moved step by step as <see cref="Elector"/> would: at most one attempt at a time, each of which may hang.</summary>
internal sealed class Contender : IDisposable
{
    private readonly Candidacy candidacy;
    private readonly CancellationTokenSource ended = new();
    private readonly KubeClient client;
    private CancellationTokenSource patience = new();
    private Task attempt = Task.CompletedTask;

    public Contender(InMemoryApiServer server, string identity, TimeSpan offset)
    {
        Settings = new ElectionSettings("nos-system", "nos", identity, TimeSpan.FromSeconds(10));
        Clocks = new TwoClocks { Monotonic = offset, Wall = offset };
        Network = new HoldingNetwork(server);
        client = new KubeClient(new HttpClient(Network) { BaseAddress = new Uri("http://in-memory/") }) { RequestTimeout = TimeSpan.FromMinutes(10) };
        candidacy = new Candidacy(client, Settings, Clocks);
    }

    public ElectionSettings Settings { get; }

    public TwoClocks Clocks { get; }

    public HoldingNetwork Network { get; }

    public Term? Term { get; private set; }

    public int Terms { get; private set; }

    /// <summary>For how long nobody else may lead, as this one sees it.</summary>
    public TimeSpan Left => Term?.Left ?? TimeSpan.Zero;

    public bool IsBusy => !attempt.IsCompleted;

    /// <summary>Begins an attempt, unless one hangs; returns when it has ended or hangs.</summary>
    public async Task StepAsync()
    {
        if (IsBusy)
        {
            return;
        }

        if (Term?.SinceRenewal >= Settings.RenewDeadline)
        {
            Term = null;
        }

        patience = new CancellationTokenSource();
        attempt = Term is null ? TakeAsync(patience.Token) : RenewAsync(Term, patience.Token);
        await SettleAsync();
    }

    /// <summary>Gives a hanging attempt up; what it sent may be on its way still.</summary>
    public async Task GiveUpAsync()
    {
        await patience.CancelAsync();
        await attempt;
    }

    /// <summary>Ends the term and releases the Lease, as on SIGTERM.</summary>
    public async Task ReleaseAsync()
    {
        if (Term is not null && !IsBusy)
        {
            Term = null;
            patience = new CancellationTokenSource();
            attempt = TryAsync(() => candidacy.ReleaseAsync(patience.Token));
            await SettleAsync();
        }
    }

    public async Task DeliverAsync(int index)
    {
        await Network.DeliverAsync(index);
        await SettleAsync();
    }

    public void Dispose()
    {
        client.Dispose();
        ended.Dispose();
        patience.Dispose();
    }

    private Task TakeAsync(CancellationToken cancellation) => TryAsync(async () =>
    {
        if (await candidacy.TryTakeAsync(mayTake: true, cancellation) is { } claim)
        {
            Term = new Term(claim, Settings, Clocks, ended.Token);
            Terms++;
        }
    });

    private Task RenewAsync(Term term, CancellationToken cancellation) => TryAsync(async () =>
    {
        if (await candidacy.TryRenewAsync(cancellation) is { } sent && sent.Since(Clocks) < Settings.RenewDeadline)
        {
            term.Renew(sent);
        }
        else
        {
            Term = null;
        }
    });

    private static async Task TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
        }
        catch (Exception failure) when (failure is KubeApiException or OperationCanceledException)
        {
            // The elector tries again.
        }
    }

    private async Task SettleAsync()
    {
        for (var round = 0; IsBusy && Network.HeldCount == 0; round++)
        {
            Assert.True(round < 10_000, "an attempt neither ended nor hung");
            await Task.Delay(1);
        }
    }
}
