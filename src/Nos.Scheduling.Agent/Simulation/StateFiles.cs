using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Keeps what simulated machines have in a folder, one file a node, so that it survives the process as a GPU's slices do.</summary>
/// <param name="folder">The folder; made where it is missing.</param>
/// <param name="logger">Told of files that cannot be read.</param>
internal sealed partial class StateFiles(string folder, ILogger<StateFiles> logger)
{
    /// <summary>What was written last; <see langword="null"/> where nothing was, or where it cannot be read.</summary>
    public GpuNodeStatus? Read(string node)
    {
        try
        {
            return File.Exists(PathOf(node)) ? JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(node)), KubeJson.Default.GpuNodeStatus) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            LogUnreadable(PathOf(node), unreadable.Message);
            return null;
        }
    }

    /// <summary>Writes it; after the call it is on the disk, and a crash leaves either the old or the new.</summary>
    /// <exception cref="IOException">It cannot be written; the old is still there. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void Write(string node, GpuNodeStatus state)
    {
        Directory.CreateDirectory(folder);
        var draft = PathOf(node) + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, state, KubeJson.Default.GpuNodeStatus);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, PathOf(node), overwrite: true);
    }

    /// <summary>Node names are DNS names: nothing in them means anything to a file system.</summary>
    private string PathOf(string node) => Path.Combine(folder, node + ".json");

    [LoggerMessage(EventId = 443, Level = LogLevel.Error, Message = "The simulated state {File} cannot be read: {Reason}. The node starts from what its GpuNode reports")]
    private partial void LogUnreadable(string file, string reason);
}
