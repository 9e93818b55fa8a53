namespace Nos.Scheduling.Cluster.Flags;

/// <summary>A command line taken apart, nothing judged yet but its form and the flags' names.</summary>
/// <param name="Texts">Flag name to text. Of a flag that was given twice, the last counts.</param>
/// <param name="Verb">The word in front, or <see langword="null"/>.</param>
internal sealed record FlagArguments(IReadOnlyDictionary<string, string> Texts, string? Verb)
{
    /// <summary>Takes the arguments apart: a verb, then <c>--flag value</c>, <c>--flag=value</c> or a switch alone.</summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="flags">Flag name to whether it is a switch.</param>
    /// <param name="verbs">The words that may stand first.</param>
    /// <returns>The fault is a whole sentence without its full stop.</returns>
    internal static FlagReading<FlagArguments> Read(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, bool> flags, IReadOnlyCollection<string> verbs)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        var verb = arguments.Count > 0 && verbs.Contains(arguments[0]) ? arguments[0] : null;
        for (var index = verb is null ? 0 : 1; index < arguments.Count; index++)
        {
            var argument = arguments[index];
            if (!argument.StartsWith("--", StringComparison.Ordinal) || argument.Length == 2)
            {
                return Fault(Misplaced(argument, index, arguments, verbs));
            }

            var sign = argument.IndexOf('=', StringComparison.Ordinal);
            var name = sign < 0 ? argument[2..] : argument[2..sign];
            if (!flags.TryGetValue(name, out var isSwitch))
            {
                return Fault($"--{name} is no flag; {(ClosestName.Find(name, flags.Keys) is { } close ? $"did you mean --{close}?" : "--help lists them all")}");
            }

            if (sign < 0 && !isSwitch && (index + 1 == arguments.Count || arguments[index + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                return Fault($"--{name} needs a value, as in --{name} VALUE or --{name}=VALUE");
            }

            texts[name] = sign >= 0 ? argument[(sign + 1)..] : isSwitch ? "true" : arguments[++index];
        }

        return new FlagReading<FlagArguments>(new FlagArguments(texts, verb), null);
    }

    private static FlagReading<FlagArguments> Fault(string sentence) => new(null, sentence);

    private static string Misplaced(string argument, int index, IReadOnlyList<string> arguments, IReadOnlyCollection<string> verbs)
    {
        if (verbs.Contains(argument))
        {
            return $"{argument} must stand in front of all flags";
        }

        if (index > 0 && argument is "true" or "false")
        {
            return $"\"{argument}\" is no flag; a switch takes its value with an equals sign, as in {arguments[index - 1]}={argument}";
        }

        return verbs.Count > 0 && !argument.StartsWith('-')
            ? $"\"{argument}\" is neither a flag nor one of {string.Join(", ", verbs)}"
            : $"\"{argument}\" is no flag; flags begin with two dashes, and --help lists them all";
    }
}
