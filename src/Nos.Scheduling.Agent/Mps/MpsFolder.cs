namespace Nos.Scheduling.Agent.Mps;

/// <summary>The folder of one shared GPU below <c>--mps-root</c>: where supervisor, agent, daemon and containers meet.</summary>
/// <param name="Path">Its path; the last part is the GPU's UUID.</param>
/// <remarks>
/// <code>
///   wanted   written by the agent       the GPU is to be shared
///   shares   written by the agent       the shares that exist
///   state    written by the supervisor  what it saw of the daemon last
///   mode     written by the supervisor  the compute mode to restore
///   pipe/    the daemon's, mounted into containers; log/ the daemon's; shm/ its /dev/shm and that of containers
/// </code>
/// Everything lasts until the node starts anew, as <c>/run</c> does; then no process is left that it could be about.
/// </remarks>
internal readonly record struct MpsFolder(string Path)
{
    private const UnixFileMode OthersRead = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>As /dev/shm has it: anybody writes, nobody removes what is another's.</summary>
    private const UnixFileMode AnybodyWrites = OthersRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    /// <summary>The GPU's UUID.</summary>
    public string Uuid => System.IO.Path.GetFileName(Path);

    /// <summary>The daemon's pipes; containers know it as another path.</summary>
    public string Pipe => System.IO.Path.Combine(Path, "pipe");

    /// <summary>The daemon's log files.</summary>
    public string Log => System.IO.Path.Combine(Path, "log");

    /// <summary>The shared memory of the daemon and of its clients.</summary>
    public string Shm => System.IO.Path.Combine(Path, "shm");

    /// <summary>Is there while the GPU is to be shared.</summary>
    public string Wanted => System.IO.Path.Combine(Path, "wanted");

    /// <summary>The shares that exist.</summary>
    public string Shares => System.IO.Path.Combine(Path, "shares");

    /// <summary>What the supervisor saw last.</summary>
    public string State => System.IO.Path.Combine(Path, "state");

    /// <summary>The compute mode that the GPU had before it was shared.</summary>
    public string Mode => System.IO.Path.Combine(Path, "mode");

    /// <summary>The folder of a GPU.</summary>
    /// <param name="root">As <c>--mps-root</c> says.</param>
    /// <param name="uuid">The device's UUID, <c>GPU-…</c>.</param>
    public static MpsFolder Of(string root, string uuid) => new(System.IO.Path.Combine(root, uuid));

    /// <summary>All folders of GPUs there, by UUID.</summary>
    public static IReadOnlyList<MpsFolder> All(string root) => Directory.Exists(root)
        ? [.. Directory.EnumerateDirectories(root, "GPU-*").Order(StringComparer.Ordinal).Select(path => new MpsFolder(path))]
        : [];

    /// <summary>Makes what is missing for a daemon: containers of any user must reach the pipes and write the shared memory.</summary>
    /// <exception cref="IOException">It cannot be made. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public void Prepare()
    {
        foreach (var (folder, mode) in ((string, UnixFileMode)[])[(Path, OthersRead), (Pipe, OthersRead), (Log, OthersRead), (Shm, AnybodyWrites)])
        {
            // The mode that a folder is made with is cut down by the process's mask.
            Directory.CreateDirectory(folder);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(folder, mode);
            }
        }
    }
}
