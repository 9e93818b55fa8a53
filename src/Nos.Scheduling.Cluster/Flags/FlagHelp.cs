using System.Text;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Writes what <c>--help</c> shows.</summary>
internal static class FlagHelp
{
    /// <summary>Usage, verbs, and one line a flag in the order of declaration: name, kind of value, description, default.</summary>
    internal static string Write<TOptions>(FlagSet<TOptions> set)
    {
        var text = new StringBuilder($"{set.Summary}\n\nUsage: {set.Program}{(set.Verbs.Count > 0 ? " [VERB]" : string.Empty)} [FLAGS]\n");
        if (set.Verbs.Count > 0)
        {
            text.Append("\nVerbs, in front of all flags:\n");
            Table(text, set.Verbs.Select(verb => (verb.Name, verb.Description)));
        }

        text.Append(
            """

            Each flag is also an environment variable (--bind-wait: NOS_BIND_WAIT; empty ones do not count) and a key of --config FILE (bind-wait).
            The command line goes before the environment, the environment before the file. Of a flag given twice the last counts.

            Flags:

            """);
        Table(text, set.Flags.Select(flag => ($"--{flag.Name} {flag.Placeholder}", $"{flag.Description} ({Default(flag, set.Defaults)})"))
            .Append(("--config FILE", "YAML file with flags as keys (none)"))
            .Append(("--help", "show this"))
            .Append(("--version", "show the version")));
        return text.ToString().TrimEnd();
    }

    private static string Default<TOptions>(Flag<TOptions> flag, TOptions defaults) =>
        flag.DefaultText ?? (flag.IsSwitch ? "off" : flag.Write(defaults) is { Length: > 0 } text ? text : "none");

    /// <summary>The second column begins behind the widest short entry; a longer first column pushes only its own line.</summary>
    private static void Table(StringBuilder text, IEnumerable<(string Left, string Right)> rows)
    {
        var lines = rows.ToList();
        var width = lines.Select(row => row.Left.Length).Where(length => length <= 36).Max();
        foreach (var (left, right) in lines)
        {
            text.Append($"  {left.TrimEnd().PadRight(width)}  {right}\n");
        }
    }
}
