using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Follows a control daemon's log, which alone tells who was made to wait, and keeps it from filling the memory that it lies in.</summary>
/// <param name="path">The file <c>control.log</c>.</param>
internal sealed partial class ControlLog(string path)
{
    /// <summary>Unit: bytes. A daemon writes lines for each command and each client, for as long as the node is up.</summary>
    private const long Longest = 8 * 1024 * 1024;

    private readonly Dictionary<int, (int Uid, bool WasPushedBack)> seen = [];
    private readonly StringBuilder rest = new();
    private long read;
    private long origin;
    private long? emptiedAt;

    /// <summary>Reads on. A log that cannot be read tells nothing.</summary>
    public void Follow()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            FindOrigin(file.Length);
            file.Position = read;
            using var text = new StreamReader(file, Encoding.UTF8);
            rest.Append(text.ReadToEnd());
            read = file.Length;
            if (read - origin > Longest)
            {
                file.SetLength(0);
                emptiedAt = read;
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return;
        }

        var whole = rest.ToString();
        var end = whole.LastIndexOf('\n') + 1;
        rest.Clear().Append(whole, end, whole.Length - end);
        foreach (Match match in NewClient().Matches(whole[..end]))
        {
            seen[Number(match.Groups[1])] = (Number(match.Groups[2]), match.Groups[3].Value.Contains("pending list", StringComparison.Ordinal));
        }
    }

    /// <summary>A client's user as the daemon saw it; <see langword="null"/> where the log does not tell it.</summary>
    public int? UserOf(int pid) => seen.TryGetValue(pid, out var client) ? client.Uid : null;

    /// <summary>Who was not let in at once and has not been since.</summary>
    /// <param name="served">Who is in.</param>
    /// <param name="isThere">Whether a process has not ended.</param>
    public IReadOnlyList<WaitingClient> Waiting(IReadOnlySet<int> served, Func<int, bool> isThere)
    {
        foreach (var gone in seen.Keys.Where(pid => !isThere(pid)).ToList())
        {
            seen.Remove(gone);
        }

        return [.. seen.Where(client => client.Value.WasPushedBack && !served.Contains(client.Key)).Select(client => new WaitingClient(client.Key, client.Value.Uid)).OrderBy(client => client.Pid)];
    }

    /// <summary>Empties a log of the daemon's that nobody follows, when it has grown long.</summary>
    public static void Limit(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > Longest)
            {
                file.SetLength(0);
            }
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // There is none yet; or it grows, as it would without us.
        }
    }

    /// <summary>Who writes on where he was, and not at the end, leaves a hole where the file was emptied: it takes no room and holds nothing.</summary>
    private void FindOrigin(long length)
    {
        if (emptiedAt is { } end && length > 0)
        {
            read = origin = length >= end ? end : 0;
            emptiedAt = null;
        }
        else if (length < read)
        {
            (read, origin) = (0, 0);
        }
    }

    /// <summary>As published logs of several drivers have it; a daemon that does not see a client's process says 0, which is nobody.</summary>
    [GeneratedRegex(@"NEW CLIENT ([1-9][0-9]{0,8}) from user ([0-9]{1,9}): (.*)")]
    private static partial Regex NewClient();

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
}
