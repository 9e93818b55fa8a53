namespace Nos.Scheduling.Cluster.Api;

/// <summary>How far an informer's listener has heard, and who waits for it to hear more.</summary>
internal sealed class InformerProgress
{
    private readonly Lock gate = new();
    private readonly List<(string Version, TaskCompletionSource Reached)> waiting = [];
    private readonly List<TaskCompletionSource> wantLists = [];
    private CancellationTokenSource? round;

    /// <summary>The version that was heard last; <see langword="null"/> before the first list, or where the next round must list.</summary>
    internal string? Version { get; private set; }

    /// <summary>Begins a round of listing and watching, to be cut short where a list is wanted meanwhile.</summary>
    internal CancellationTokenSource Begin(CancellationToken cancellation)
    {
        var begun = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        lock (gate)
        {
            round = begun;
            Version = wantLists.Count > 0 ? null : Version;
        }

        return begun;
    }

    /// <summary>The round is over: its source may be disposed of.</summary>
    internal void End()
    {
        lock (gate)
        {
            round = null;
        }
    }

    /// <summary>Who wants a list that has not been sent for yet: to be handed to <see cref="Listed"/> once it was heard.</summary>
    internal TaskCompletionSource[] BeginList()
    {
        lock (gate)
        {
            return [.. wantLists];
        }
    }

    /// <summary>A list was heard.</summary>
    internal void Listed(string version, TaskCompletionSource[] wanted)
    {
        lock (gate)
        {
            wantLists.RemoveAll(wanted.Contains);
        }

        Reach(version);
        foreach (var list in wanted)
        {
            list.TrySetResult();
        }
    }

    /// <summary>All up to that version was heard; <see langword="null"/>: the next round must list.</summary>
    internal void Reach(string? version)
    {
        (string, TaskCompletionSource Reached)[] reached;
        lock (gate)
        {
            Version = version;
            reached = [.. waiting.Where(wait => IsReached(version, wait.Version))];
            waiting.RemoveAll(wait => IsReached(version, wait.Version));
        }

        foreach (var (_, wait) in reached)
        {
            wait.TrySetResult();
        }
    }

    /// <summary>Completes when all up to that version was heard. Never, where versions are no numbers.</summary>
    internal Task ReachedAsync(string version)
    {
        lock (gate)
        {
            if (IsReached(Version, version))
            {
                return Task.CompletedTask;
            }

            var wait = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((version, wait));
            return wait.Task;
        }
    }

    /// <summary>Completes when a list was heard that was sent for after this call; the watch in between is given up.</summary>
    internal Task ListAnewAsync()
    {
        var wanted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            wantLists.Add(wanted);
            _ = round?.CancelAsync();
        }

        return wanted.Task;
    }

    private static bool IsReached(string? version, string wanted) => version is not null && (version == wanted || ResourceVersions.IsOlder(wanted, version));
}
