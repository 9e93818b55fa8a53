using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>
/// All that writes in the name of one term, made anew for each: what is left over of an earlier term holds a client whose fence is closed for good, and
/// can write nothing in a later one's name.
/// </summary>
internal sealed class LeaderWork
{
    /// <summary>How long a node rests after a cut failed on it.</summary>
    private static readonly TimeSpan NodeRest = TimeSpan.FromSeconds(30);

    private readonly ClusterState state;
    private readonly TimeProvider time;
    private readonly RoleLabel role;
    private readonly Author author;
    private readonly RivalWatch rivals;
    private readonly RivalLoop rivalLoop;
    private readonly GpuNodeLoop gpuNodeLoop;
    private readonly WakeUpLoop wakeUpLoop;

    /// <param name="term">The term.</param>
    /// <param name="client">The client that its fence guards.</param>
    /// <param name="state">What is known of the cluster.</param>
    /// <param name="role">Labels pods.</param>
    /// <param name="options">What the operator decided.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    /// <param name="failed">Told of each failed round of a loop.</param>
    internal LeaderWork(
        Term term, KubeClient client, ClusterState state, RoleLabel role, ServerOptions options, TimeProvider time, ILoggerFactory loggers, Action failed)
    {
        (Client, this.state, this.role, this.time) = (client, state, role, time);
        author = new Author(term.Lease, term.Holder, time);
        rivals = new RivalWatch(term.Lease, time);
        rivalLoop = new RivalLoop(client, rivals, author, time, loggers.CreateLogger<RivalLoop>());
        var writer = new GpuNodeWriter(client, state, time, options.ReservationTtl, author);
        var settings = new BinderSettings(options.BindWait, options.ReservationTtl, NodeRest, options.Policy);
        Active = new ActiveTerm(new Binder(client, state, writer, settings, time, loggers.CreateLogger<Binder>()), term.Ended);
        var reconciler = new GpuNodeReconciler(client, state, writer, author, loggers.CreateLogger<GpuNodeReconciler>());
        gpuNodeLoop = new GpuNodeLoop(reconciler, time, loggers.CreateLogger<GpuNodeLoop>(), failed);
        wakeUpLoop = new WakeUpLoop(client, state, time, loggers.CreateLogger<WakeUpLoop>());
    }

    /// <summary>The leader's client; once the term is over it writes nothing.</summary>
    internal KubeClient Client { get; }

    /// <summary>What answers the scheduler.</summary>
    internal ActiveTerm Active { get; }

    /// <summary>Another leader by another Lease, heard of a short while ago; <see langword="null"/> where there is none.</summary>
    internal Rival? Rival => rivals.Latest;

    /// <summary>A node has changed. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        gpuNodeLoop.Enqueue(change.Name);
        wakeUpLoop.Look(change);
    }

    /// <summary>GpuNodes were heard of. Quick.</summary>
    internal void Look(IReadOnlyList<GpuNodeDocument> gpuNodes) => rivalLoop.Look(gpuNodes);

    /// <summary>Makes the caches as new as the moment: the predecessor's last Bindings and specs may not have come through our watches yet.</summary>
    /// <exception cref="KubeApiException">The server refused or did not answer; to be tried again.</exception>
    internal async Task CatchUpAsync(ClusterInformers informers, CancellationToken cancellation) => await Task.WhenAll(
        CatchUp.ToNowAsync(informers.Pods, token => role.SignAsync(Client, author, token), time, cancellation),
        CatchUp.ToNowAsync(informers.GpuNodes, SignOneAsync, time, cancellation));

    /// <summary>From now on changes are looked at.</summary>
    internal void Begin() => rivals.Begin(state.GpuNodes());

    /// <summary>Runs the loops until cancelled. One that fails ends all: a leader that does half of its work is worse than another one.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var node in state.Current.Nodes)
        {
            // What happened before the term was nobody's to act on.
            gpuNodeLoop.Enqueue(node.Name);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAll(EndingAll(gpuNodeLoop.RunAsync(either.Token)), EndingAll(wakeUpLoop.RunAsync(either.Token)), EndingAll(rivalLoop.RunAsync(either.Token)));

        async Task EndingAll(Task loop)
        {
            try
            {
                await loop;
            }
            finally
            {
                await either.CancelAsync();
            }
        }
    }

    private async Task<string?> SignOneAsync(CancellationToken cancellation)
    {
        foreach (var gpuNode in state.GpuNodes().OrderBy(gpuNode => gpuNode.Metadata.Name, StringComparer.Ordinal).Take(3))
        {
            try
            {
                return (await Client.PatchAsync(KubeResources.GpuNodes, null, gpuNode.Metadata.Name, author.SigningPatch(), cancellation)).Metadata.ResourceVersion;
            }
            catch (KubeApiException missing) when (missing.IsNotFound)
            {
                // Gone meanwhile, which our watch has not told.
            }
        }

        return null;
    }
}
