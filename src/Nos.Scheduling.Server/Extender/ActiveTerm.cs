using Nos.Scheduling.Cluster.Binding;

namespace Nos.Scheduling.Server.Extender;

/// <summary>What answers the scheduler while this server leads.</summary>
/// <param name="Binder">Binds in the name of this term; afterwards it writes nothing.</param>
/// <param name="Failed">Told of the node whenever a bind came to nothing, so that the scheduler's queue is woken.</param>
/// <param name="Preemption">Judges where the scheduler would preempt.</param>
/// <param name="Ended">Asked for when the term is over.</param>
internal sealed record ActiveTerm(Binder Binder, Action<string> Failed, PreemptionVerdicts Preemption, CancellationToken Ended);
