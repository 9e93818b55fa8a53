using System.Buffers;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Server.Extender;

/// <summary>The verbs that kube-scheduler calls. Each gathers, decides and answers; a decision's failure travels in <c>Error</c> with status 200.</summary>
/// <remarks>
/// Only the leader answers. A standby says <see cref="NotLeading"/> and closes the connection, so that the caller's next one finds the leader: in
/// <c>Error</c> with status 200 where the reply has that key (filter, bind). Replies of prioritize and preempt have none, and an empty one would be a
/// decision: no node is better, no candidate helps. There the status says it, 503: kube-scheduler goes on without a failed prioritize, and evicts nobody
/// after a failed preempt.
/// </remarks>
/// <param name="state">What is known of the cluster.</param>
/// <param name="assumed">Where pods in flight will go.</param>
/// <param name="offered">Told which nodes the scheduler offers to pods that fit nowhere.</param>
/// <param name="policy">By what a place is preferred.</param>
/// <param name="active">The term in which this server leads now; <see langword="null"/> on a standby.</param>
internal sealed class ExtenderEndpoints(ClusterState state, AssumedPlaces assumed, OfferedNodes offered, PlacementPolicy policy, Func<ActiveTerm?> active)
{
    /// <summary>What a standby answers.</summary>
    internal const string NotLeading = "not the leader";

    private readonly ArrivalWatch arrivals = new(state);

    internal async Task<string> FilterAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (active() is null)
        {
            return await StandbyAsync(http, output => ExtenderReplies.WriteFilterError(output, NotLeading));
        }

        var (uid, demand) = (args.Pod!.Metadata.Uid ?? "", PodDemands.Of(args.Pod));
        arrivals.Note(uid, demand);
        var names = NamesOf(args);
        var standing = new PodStanding(QuotaMisfits.Of(state.Judge(uid, args.Pod.Metadata.Namespace ?? "default", demand).Kind), state.KeptOn(uid), state.FindClaim(uid)?.Node, state.HasClaims);

        var cluster = state.Current;
        var verdict = FilterVerdict.Of(args.Pod, demand, names, cluster, standing);

        offered.Note(uid, names, cluster, Array.IndexOf(verdict.Misfits, Misfit.None) >= 0);

        return await AnswerAsync(http, output => ExtenderReplies.WriteFilter(output, verdict, args.Nodes), "ok");
    }

    internal async Task<string> PrioritizeAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (active() is not { } term)
        {
            return await UnavailableAsync(http);
        }

        var uid = args.Pod!.Metadata.Uid ?? "";
        var demand = PodDemands.Of(args.Pod);
        var names = NamesOf(args);
        if (term.Binder.ReadyOn(uid) is { } ready && names.Contains(ready))
        {
            // Cut for it while its bind hung: anywhere else it would have to be cut again, and this room lie idle.
            return await AnswerAsync(http, output => ExtenderReplies.WritePriorities(output, names, NodeRanking.Only(names, ready)), "ok");
        }

        var nodes = Array.ConvertAll(names, state.Current.Find);
        assumed.Apply(uid, names, nodes);

        var prices = state.Prices;
        var points = NodeRanking.Points(nodes, demand, policy, out var best, prices);

        if (best >= 0 && NodePlacer.Place(nodes[best]!, demand, policy, prices) is { } placement)
        {
            assumed.Note(uid, names[best], placement);
        }

        return await AnswerAsync(http, output => ExtenderReplies.WritePriorities(output, names, points), "ok");
    }

    /// <summary>Goes through the scheduler's own candidates: whom our rules protect is no victim, and whom they allow is added.</summary>
    internal async Task<string> PreemptAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderPreemptionArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (active() is not { } term)
        {
            return await UnavailableAsync(http);
        }

        var stands = await term.Preemption.ReviewAsync(args.Pod!, args.Candidates(), http.RequestAborted);

        return await AnswerAsync(http, output => ExtenderReplies.WritePreemption(output, stands), "ok");
    }

    internal async Task<string> BindAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderBindingArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (active() is not { } term || await TryBindAsync(term, args, http.RequestAborted) is not { } outcome)
        {
            return await StandbyAsync(http, output => ExtenderReplies.WriteBind(output, NotLeading));
        }

        assumed.Forget(args.PodUid!);
        Bound?.Invoke(outcome);
        return await AnswerAsync(http, output => ExtenderReplies.WriteBind(output, outcome.Error), outcome.Error is null ? "ok" : "error");
    }

    /// <summary>Told of every bind's outcome, for metrics and for the embedded cluster's lines.</summary>
    internal Action<BindOutcome>? Bound { get; set; }

    private static string[] NamesOf(ExtenderArgs args) => args.NodeNames ?? args.Nodes?.Names() ?? [];

    private static string? Complaint(ExtenderArgs args) =>
        args.Pod is null ? "Pod is missing; an ExtenderArgs has Pod and NodeNames or Nodes."
        : args.NodeNames is null && args.Nodes is null ? "NodeNames and Nodes are both missing; an ExtenderArgs has one of them."
        : null;

    private static string? Complaint(ExtenderPreemptionArgs args) =>
        args.Pod is null ? "Pod is missing; an ExtenderPreemptionArgs has Pod and NodeNameToVictims or NodeNameToMetaVictims." : null;

    private static string? Complaint(ExtenderBindingArgs args) =>
        string.IsNullOrEmpty(args.PodName) || string.IsNullOrEmpty(args.PodNamespace) || string.IsNullOrEmpty(args.PodUid) || string.IsNullOrEmpty(args.Node)
            ? "PodName, PodNamespace, PodUID and Node must all be given in an ExtenderBindingArgs."
            : null;

    /// <returns>What became of it; <see langword="null"/> where the term ended meanwhile: nothing was posted, and the new leader knows the place.</returns>
    private static async Task<BindOutcome?> TryBindAsync(ActiveTerm term, ExtenderBindingArgs args, CancellationToken hungUp)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hungUp, term.Ended);
        BindOutcome? outcome = null;
        try
        {
            outcome = await term.Binder.BindAsync(new BindRequest(args.PodNamespace!, args.PodName!, args.PodUid!, args.Node!), either.Token);
            return outcome is { HasLostLead: true } ? null : outcome;
        }
        catch (OperationCanceledException) when (term.Ended.IsCancellationRequested && !hungUp.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            if (outcome is not { Error: null })
            {
                term.Failed(args.Node!);
            }
        }
    }

    private static Task<string> StandbyAsync(HttpContext http, Action<IBufferWriter<byte>> write)
    {
        http.Response.Headers.Connection = "close";
        return AnswerAsync(http, write, "standby");
    }

    private static async Task<string> UnavailableAsync(HttpContext http)
    {
        http.Response.Headers.Connection = "close";
        await JsonBodies.RefuseAsync(http, StatusCodes.Status503ServiceUnavailable, NotLeading);
        return "standby";
    }

    private static async Task<string> AnswerAsync(HttpContext http, Action<IBufferWriter<byte>> write, string result)
    {
        await JsonBodies.AnswerAsync(http, "application/json", write);
        return result;
    }
}
