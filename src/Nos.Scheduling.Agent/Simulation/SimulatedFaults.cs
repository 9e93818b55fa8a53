namespace Nos.Scheduling.Agent.Simulation;

/// <summary>The faults that a file names; read again whenever the file has changed. Without a file nothing goes wrong.</summary>
/// <param name="path">The file, or <see langword="null"/>.</param>
/// <param name="logger">Told of what is read, and of files that cannot be.</param>
internal sealed partial class SimulatedFaults(string? path, ILogger<SimulatedFaults> logger)
{
    private readonly Lock gate = new();
    private IReadOnlyDictionary<string, NodeFaults> faults = new Dictionary<string, NodeFaults>();
    private (DateTime Written, long Length)? read;

    /// <summary>What goes wrong on that node now.</summary>
    public NodeFaults Of(string node)
    {
        if (path is null)
        {
            return NodeFaults.None;
        }

        lock (gate)
        {
            ReadIfChanged(path);
            return faults.GetValueOrDefault(node) ?? NodeFaults.None;
        }
    }

    private void ReadIfChanged(string file)
    {
        // A file that is not there has a date long ago and no length: to appear, or to go, is a change as well.
        var now = new FileInfo(file);
        var state = (now.LastWriteTimeUtc, now.Exists ? now.Length : -1);
        if (read == state)
        {
            return;
        }

        read = state;
        try
        {
            faults = FaultsYaml.Parse(now.Exists ? File.ReadAllText(file) : "");
            LogRead(file, faults.Count);
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(file, unreadable.Message);
        }
    }

    [LoggerMessage(EventId = 441, Level = LogLevel.Information, Message = "Read the simulated faults of {File}: {Nodes} nodes")]
    private partial void LogRead(string file, int nodes);

    [LoggerMessage(EventId = 442, Level = LogLevel.Error, Message = "The simulated faults of {File} cannot be read: {Reason}. What it said before still counts")]
    private partial void LogUnreadable(string file, string reason);
}
