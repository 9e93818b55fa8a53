using System.Buffers;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Server.Extender;

/// <summary>The verbs that kube-scheduler calls. Each gathers, decides and answers; a decision's failure travels in <c>Error</c> with status 200.</summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="binder">Binds.</param>
/// <param name="assumed">Where pods in flight will go.</param>
/// <param name="policy">By what a place is preferred.</param>
/// <param name="whyNot">Why this server may not answer, such as not being the leader; <see langword="null"/> while it may.</param>
internal sealed class ExtenderEndpoints(
    ClusterState state, Binder binder, AssumedPlaces assumed, PlacementPolicy policy, Func<string?> whyNot)
{
    private readonly ArrivalWatch arrivals = new(state);

    internal async Task<string> FilterAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (Standby(http) is { } error)
        {
            return await AnswerAsync(http, output => ExtenderReplies.WriteFilterError(output, error), "standby");
        }

        arrivals.Note(args.Pod!.Metadata.Uid ?? "", PodDemands.Of(args.Pod));
        var keptOn = state.FindReservation(args.Pod!.Metadata.Uid ?? "")?.Node;

        var verdict = FilterVerdict.Of(args.Pod, NamesOf(args), state.Current, keptOn);

        return await AnswerAsync(http, output => ExtenderReplies.WriteFilter(output, verdict, args.Nodes), "ok");
    }

    internal async Task<string> PrioritizeAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        var uid = args.Pod!.Metadata.Uid ?? "";
        var demand = PodDemands.Of(args.Pod);
        var names = NamesOf(args);
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

    /// <summary>
    /// Hands the scheduler's own candidates on: without quotas nothing is to be added or protected, and without an answer no pod of the
    /// scheduler could preempt at all.
    /// </summary>
    internal static async Task<string> PreemptAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderPreemptionArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        return await AnswerAsync(http, output => ExtenderReplies.WritePreemption(output, args.Candidates()), "ok");
    }

    internal async Task<string> BindAsync(HttpContext http)
    {
        if (await JsonBodies.ReadAsync(http, ExtenderJson.Default.ExtenderBindingArgs, Complaint) is not { } args)
        {
            return "refused";
        }

        if (Standby(http) is { } error)
        {
            return await AnswerAsync(http, output => ExtenderReplies.WriteBind(output, error), "standby");
        }

        var outcome = await binder.BindAsync(new BindRequest(args.PodNamespace!, args.PodName!, args.PodUid!, args.Node!), http.RequestAborted);

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

    /// <summary>A standby's connection is closed, so that the caller's next one finds the leader.</summary>
    private string? Standby(HttpContext http)
    {
        var error = whyNot();
        if (error is not null)
        {
            http.Response.Headers.Connection = "close";
        }

        return error;
    }

    private static async Task<string> AnswerAsync(HttpContext http, Action<IBufferWriter<byte>> write, string result)
    {
        http.Response.ContentType = "application/json";
        write(http.Response.BodyWriter);
        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        return result;
    }
}
