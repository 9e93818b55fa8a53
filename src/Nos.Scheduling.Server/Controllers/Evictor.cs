using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Sends pods away that make way for others, by the Eviction API; past the grace that budgets are given, by deleting them as kube-scheduler's preemption does.</summary>
/// <param name="client">Evicts.</param>
/// <param name="tell">Tells people who look at a pod.</param>
/// <param name="counted">Told of each pod that goes, by the rule.</param>
/// <param name="logger">Told the same.</param>
internal sealed partial class Evictor(KubeClient client, Action<PodEvent> tell, Action<string> counted, ILogger<Evictor> logger)
{
    /// <summary>Sends one pod away.</summary>
    /// <param name="victim">Who goes.</param>
    /// <param name="preemptor">For whom.</param>
    /// <param name="ignoresBudgets">Whether the grace of its budgets is over.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="KubeApiException">The server refused for another reason than a budget, or did not answer.</exception>
    internal async Task<EvictionAnswer> EvictAsync(ClaimedVictim victim, PodRecord preemptor, bool ignoresBudgets, CancellationToken cancellation)
    {
        var answer = await client.EvictAsync(victim.Namespace, victim.Name, victim.Uid, cancellation);
        var budget = "";
        if (answer.Outcome == EvictionOutcome.BlockedByBudget && ignoresBudgets)
        {
            budget = $" Its disruption budget held this up for the grace that it is given, and is passed over now: {answer.Message}";
            await client.DeleteAsync(KubeResources.Pods, victim.Namespace, victim.Name, cancellation, uid: victim.Uid);
            answer = new EvictionAnswer(EvictionOutcome.Evicted);
        }

        if (answer.Outcome == EvictionOutcome.Evicted)
        {
            var why = $"Evicted by rule {victim.Rule}{(victim.Quota is { } quota ? $": {quota} is above what it may keep, and the room" : ", the room")} is for {preemptor.Key}, which may have it.{budget}";
            tell(new PodEvent(victim.Namespace, victim.Name, victim.Uid, "Reclaimed", why, IsWarning: true));
            counted(victim.Rule);
            LogEvicted(victim.Namespace, victim.Name, victim.Rule, preemptor.Key, budget);
        }

        return answer;
    }

    [LoggerMessage(EventId = 481, Level = LogLevel.Information, Message = "{Ns}/{Pod} is evicted by rule {Rule} for {Preemptor}.{Budget}")]
    private partial void LogEvicted(string ns, string pod, string rule, string preemptor, string budget);
}
