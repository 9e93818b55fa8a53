using System.Collections.Immutable;
using System.Net;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Asks the webhooks, one after the other; each sees what the ones before it changed.</summary>
internal sealed class Admission
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private ImmutableArray<InMemoryWebhook> webhooks = [];
    private long failures;

    /// <summary>How often a webhook failed.</summary>
    public long Failures => Interlocked.Read(ref failures);

    public void Add(InMemoryWebhook webhook) => ImmutableInterlocked.Update(ref webhooks, known => known.Add(webhook));

    /// <summary>Lets the webhooks judge and change the object.</summary>
    /// <param name="call">What is asked; its object is changed as the webhooks say.</param>
    /// <param name="warnings">Where their warnings go.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ApiRefusal">A webhook denied it, or failed and fails closed.</exception>
    public async Task AdmitAsync(AdmissionCall call, ICollection<string> warnings, CancellationToken cancellation)
    {
        foreach (var webhook in webhooks.Where(webhook => webhook.Plural == call.Kind.Plural))
        {
            try
            {
                using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limited.CancelAfter(Timeout);
                var verdict = await webhook.Ask(call, limited.Token).ConfigureAwait(false);
                Apply(call, verdict);
                foreach (var warning in verdict.Warnings)
                {
                    warnings.Add(warning);
                }
            }
            catch (Exception failure) when (failure is not ApiRefusal && !cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref failures);
                if (webhook.FailsClosed)
                {
                    throw new ApiRefusal(HttpStatusCode.InternalServerError, "InternalError", $"Internal error occurred: failed calling webhook: {failure.Message}");
                }
            }
        }
    }

    private static void Apply(AdmissionCall call, AdmissionVerdict verdict)
    {
        if (!verdict.IsAllowed)
        {
            throw new ApiRefusal(HttpStatusCode.Forbidden, "Forbidden", $"admission webhook denied the request: {verdict.Message}");
        }

        if (verdict.Patch is null)
        {
            return;
        }

        // All of a patch or nothing: a half-applied one is an object that nobody wanted.
        var patched = call.Object.DeepClone().AsObject();
        JsonPatch.Apply(patched, verdict.Patch);
        call.Object.Clear();
        foreach (var (name, value) in patched.ToArray())
        {
            patched.Remove(name);
            call.Object[name] = value;
        }
    }
}
