using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>One process's bid for the Lease: what it has seen of it, and single attempts to take, renew and release it. One attempt at a time.</summary>
/// <remarks>Every write is compare-and-swap on the version that was read or written before: of two who try, one gets a conflict.</remarks>
/// <param name="client">The API server. Not the fenced one: the Lease itself is written by those who do not lead.</param>
/// <param name="settings">The Lease, and who we are.</param>
/// <param name="time">Both clocks: see <see cref="Moment"/>.</param>
internal sealed class Candidacy(KubeClient client, ElectionSettings settings, TimeProvider time)
{
    private LeaseSpec? seen;
    private long seenAt;
    private string? version;

    /// <summary>How long the Lease, as seen last, keeps us waiting still; zero or less: no longer.</summary>
    internal TimeSpan TimeLeftToOthers => LeaseRules.TimeLeftToOthers(seen, settings) - time.GetElapsedTime(seenAt);

    /// <summary>Looks at the Lease, and takes it where that is due.</summary>
    /// <param name="mayTake">Whether we would lead; otherwise it is only looked at, so that the time runs.</param>
    /// <param name="cancellation">Ends the attempt; whether it succeeded all the same is found out by the next.</param>
    /// <returns>The claim, or <see langword="null"/> where somebody else holds it or was faster.</returns>
    /// <exception cref="KubeApiException">The server refused or did not answer.</exception>
    internal async Task<LeaseClaim?> TryTakeAsync(bool mayTake, CancellationToken cancellation)
    {
        var found = await client.FindAsync(KubeResources.Leases, settings.Namespace, settings.Name, cancellation).ConfigureAwait(false);
        var before = seen;
        See(found);

        var step = LeaseRules.Next(found?.Spec, seen, time.GetElapsedTime(seenAt), settings);
        if (step == LeaseStep.Wait || !mayTake)
        {
            return null;
        }

        var transitions = (found?.Spec.LeaseTransitions ?? before?.LeaseTransitions ?? 0) + (step == LeaseStep.Take ? 1 : 0);
        var since = Moment.Now(time);
        var spec = LeaseWords.Taken(settings, transitions, since.Wall);
        try
        {
            Own(step == LeaseStep.Create
                ? await client.CreateAsync(KubeResources.Leases, settings.Namespace, New(spec), cancellation).ConfigureAwait(false)
                : await PatchAsync(spec, found!.Metadata.ResourceVersion, cancellation).ConfigureAwait(false));
        }
        catch (KubeApiException lost) when (lost.IsConflict || lost.IsAlreadyExists)
        {
            return null;
        }

        return new LeaseClaim(since, transitions, HasPredecessor: found is not null || before is not null);
    }

    /// <summary>Renews the Lease, which must be ours.</summary>
    /// <returns>When it was sent; <see langword="null"/> where it is not ours any more.</returns>
    /// <exception cref="KubeApiException">The server refused or did not answer: whether it is renewed is not known.</exception>
    internal Task<Moment?> TryRenewAsync(CancellationToken cancellation) => TryWriteAsync(LeaseWords.Renewed, cancellation);

    /// <summary>Lets the Lease go, so that others need not wait for its end. Nothing may be written in its name after this was called.</summary>
    /// <exception cref="KubeApiException">The server refused or did not answer: then it runs out.</exception>
    internal Task ReleaseAsync(CancellationToken cancellation) => TryWriteAsync(LeaseWords.Released, cancellation);

    private async Task<Moment?> TryWriteAsync(Func<DateTimeOffset, LeaseSpec> words, CancellationToken cancellation)
    {
        try
        {
            return await WriteAsync(words, version, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException lost) when (lost.IsConflict || lost.IsNotFound)
        {
            // Was it an earlier write of ours, whose answer was lost? Then the version is another, and the holder is not.
            var found = await client.FindAsync(KubeResources.Leases, settings.Namespace, settings.Name, cancellation).ConfigureAwait(false);
            See(found);
            return found?.Spec.HolderIdentity == settings.Identity
                ? await WriteAsync(words, found.Metadata.ResourceVersion, cancellation).ConfigureAwait(false)
                : null;
        }
    }

    private async Task<Moment?> WriteAsync(Func<DateTimeOffset, LeaseSpec> words, string? over, CancellationToken cancellation)
    {
        var sent = Moment.Now(time);
        Own(await PatchAsync(words(sent.Wall), over, cancellation).ConfigureAwait(false));
        return sent;
    }

    private Task<LeaseDocument> PatchAsync(LeaseSpec spec, string? over, CancellationToken cancellation) =>
        client.PatchAsync(KubeResources.Leases, settings.Namespace, settings.Name, LeaseWords.Patch(spec, over), cancellation);

    private LeaseDocument New(LeaseSpec spec) => new() { Metadata = new ObjectMeta { Name = settings.Name, Namespace = settings.Namespace }, Spec = spec };

    private void Own(LeaseDocument written)
    {
        version = written.Metadata.ResourceVersion;
        See(written);
    }

    private void See(LeaseDocument? lease)
    {
        if (lease is not null && lease.Spec != seen)
        {
            (seen, seenAt) = (lease.Spec, time.GetTimestamp());
        }
    }
}
