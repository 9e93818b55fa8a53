using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Elects one of several processes by a Lease, as client-go does, again and again: who loses the lead stands for it anew.</summary>
/// <param name="client">The API server. Not a fenced one.</param>
/// <param name="settings">The Lease, who we are, and the times.</param>
/// <param name="time">Both clocks and all timers.</param>
/// <param name="logger">Told of gains, losses and failures.</param>
public sealed partial class Elector(KubeClient client, ElectionSettings settings, TimeProvider time, ILogger<Elector> logger)
{
    /// <summary>client-go's: those who wait look after one to 2.2 retry periods, so that they do not look together.</summary>
    private const double Jitter = 1.2;

    private readonly Candidacy candidacy = new(client, settings, time);
    private readonly LogPace pace = new(time);
    private volatile TaskCompletionSource nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Something about the Lease may have changed: it is looked at at once by one who waits.</summary>
    public void Nudge() => Interlocked.Exchange(ref nudge, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Stands for election until cancelled. Then the Lease, where it is held, is released after the lead has ended.</summary>
    /// <param name="mayLead">Whether this process could lead now; while not, the Lease is only looked at. Nudge when that changes.</param>
    /// <param name="lead">
    /// Leads: begun with each term, to end soon after <see cref="Term.Ended"/> was asked for, and not before nothing of it writes any more. One that ends
    /// earlier gives the lead up.
    /// </param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for.</exception>
    public async Task RunAsync(Func<bool> mayLead, Func<Term, Task> lead, CancellationToken cancellation)
    {
        while (true)
        {
            var claim = await CampaignAsync(mayLead, cancellation).ConfigureAwait(false);
            using var ended = new CancellationTokenSource();
            var term = new Term(claim, settings, time, ended.Token);
            LogGained(settings.Lease, settings.Identity, term.Number);
            var leading = LeadAsync(lead, term);
            var end = await HoldAsync(term, leading, cancellation).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            await leading.ConfigureAwait(false);
            LogEnded(end == TermEnd.Stopped ? LogLevel.Information : LogLevel.Warning, settings.Lease, end);
            if (end != TermEnd.Lost)
            {
                await ReleaseAsync().ConfigureAwait(false);
            }

            // One who gave up lets others try first.
            await Task.Delay(end == TermEnd.GaveUp ? settings.RetryPeriod : TimeSpan.Zero, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<LeaseClaim> CampaignAsync(Func<bool> mayLead, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var nudged = nudge.Task;
            var patience = settings.RetryPeriod * (1 + (Jitter * Random.Shared.NextDouble()));
            try
            {
                if (await AttemptAsync(token => candidacy.TryTakeAsync(mayLead(), token), settings.AttemptTimeout, cancellation).ConfigureAwait(false) is { } claim)
                {
                    return claim;
                }

                // The end of the Lease is not slept through.
                patience = candidacy.TimeLeftToOthers is var left && left > TimeSpan.Zero && left < patience ? left : patience;
            }
            catch (KubeApiException failure)
            {
                LogAtPace(failure);
            }

            await Task.WhenAny(nudged, Task.Delay(patience, time, cancellation)).ConfigureAwait(false);
        }
    }

    /// <summary>Renews the Lease until it is lost, or the lead ends.</summary>
    private async Task<TermEnd> HoldAsync(Term term, Task leading, CancellationToken cancellation)
    {
        var tried = time.GetTimestamp();
        while (true)
        {
            await PauseAsync(Shorter(settings.RetryPeriod - time.GetElapsedTime(tried), settings.RenewDeadline - term.SinceRenewal), leading, cancellation).ConfigureAwait(false);
            if (cancellation.IsCancellationRequested || leading.IsCompleted)
            {
                return cancellation.IsCancellationRequested ? TermEnd.Stopped : TermEnd.GaveUp;
            }

            tried = time.GetTimestamp();
            var patience = Shorter(settings.AttemptTimeout, settings.RenewDeadline - term.SinceRenewal);
            if (patience <= TimeSpan.Zero || !await TryRenewAsync(term, patience, cancellation).ConfigureAwait(false))
            {
                return TermEnd.Lost;
            }
        }
    }

    /// <summary>One attempt. One that came back too late to count is a loss: this process has been away.</summary>
    /// <returns>Whether the Lease may still be ours.</returns>
    private async Task<bool> TryRenewAsync(Term term, TimeSpan patience, CancellationToken cancellation)
    {
        try
        {
            var sent = await AttemptAsync(candidacy.TryRenewAsync, patience, cancellation).ConfigureAwait(false);
            if (sent is not { } moment || moment.Since(time) >= settings.RenewDeadline)
            {
                return false;
            }

            term.Renew(moment);
        }
        catch (KubeApiException failure)
        {
            LogAtPace(failure);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // To be seen by the caller.
        }

        return true;
    }

    /// <summary>Ends early where there is nothing to hold any more. A cancellation is seen by the caller.</summary>
    private async Task PauseAsync(TimeSpan pause, Task leading, CancellationToken cancellation)
    {
        if (pause > TimeSpan.Zero)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(leading, Task.Delay(pause, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> attempt, TimeSpan patience, CancellationToken cancellation)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            return await attempt(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new KubeApiException(0, "Timeout", $"Lease {settings.Lease}: no answer within {patience.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Whatever comes out of the lead is told and ends there: an elector that ends leaves a process that can never lead again.</summary>
    private async Task LeadAsync(Func<Term, Task> lead, Term term)
    {
        try
        {
            // Not on the elector's thread: what leads may begin with a lot of work, and the Lease must be renewed.
            await Task.Run(() => lead(term), CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (term.Ended.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // The lead's failure is the lead's: another term, here or elsewhere, begins from what the API says.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogFailed(failure, settings.Lease);
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await AttemptAsync(
                async token =>
                {
                    await candidacy.ReleaseAsync(token).ConfigureAwait(false);
                    return true;
                },
                settings.RetryPeriod,
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (KubeApiException failure)
        {
            LogNotReleased(settings.Lease, failure.Message);
        }
    }

    private void LogAtPace(KubeApiException failure)
    {
        if (pace.IsDue())
        {
            LogTrouble(settings.Lease, failure.Message);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(EventId = 701, Level = LogLevel.Information, Message = "Lease {Lease} is held by {Holder}: term {Number} begins")]
    private partial void LogGained(string lease, string holder, int number);

    [LoggerMessage(EventId = 702, Message = "The term of Lease {Lease} is over: {End}")]
    private partial void LogEnded(LogLevel level, string lease, TermEnd end);

    [LoggerMessage(EventId = 703, Level = LogLevel.Warning, Message = "Lease {Lease} could not be read or written: {Reason}")]
    private partial void LogTrouble(string lease, string reason);

    [LoggerMessage(EventId = 704, Level = LogLevel.Error, Message = "What leads by Lease {Lease} failed; the lead is given up")]
    private partial void LogFailed(Exception failure, string lease);

    [LoggerMessage(EventId = 705, Level = LogLevel.Warning, Message = "Lease {Lease} could not be released and will run out: {Reason}")]
    private partial void LogNotReleased(string lease, string reason);
}
