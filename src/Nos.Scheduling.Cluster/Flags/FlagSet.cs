using FluentValidation;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>All flags of a program: reads them from command line, environment and file, and says in one sentence what is wrong.</summary>
/// <typeparam name="TOptions">The record that takes the values.</typeparam>
/// <param name="program">The program's name.</param>
/// <param name="version">What <c>--version</c> shows behind the name.</param>
/// <param name="summary">What the program is for; help begins with it.</param>
/// <param name="defaults">What the flags change.</param>
/// <param name="flags">In the order of help. Values are applied in this order too.</param>
public sealed class FlagSet<TOptions>(string program, string version, string summary, TOptions defaults, IReadOnlyList<Flag<TOptions>> flags)
{
    private const string Config = "config";

    private readonly Dictionary<string, Flag<TOptions>> byName = flags.ToDictionary(flag => flag.Name, StringComparer.Ordinal);

    /// <summary>The program's name.</summary>
    public string Program { get; } = program;

    /// <summary>What the program is for.</summary>
    public string Summary { get; } = summary;

    /// <summary>The options when nothing is given.</summary>
    public TOptions Defaults { get; } = defaults;

    /// <summary>The flags, in the order of help.</summary>
    public IReadOnlyList<Flag<TOptions>> Flags { get; } = flags;

    /// <summary>The words that may stand first; none is always allowed too.</summary>
    public IReadOnlyList<FlagVerb<TOptions>> Verbs { get; init; } = [];

    /// <summary>
    /// Reads all flags. Only the text that decides a flag is read as a value: what it overrules is not judged. Bounds are not judged yet:
    /// <see cref="Check"/> does.
    /// </summary>
    /// <param name="arguments">As the process got them.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    /// <param name="readFile">A file's text; may throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public FlagOutcome<GivenOptions<TOptions>> Read(
        IReadOnlyList<string> arguments, Func<string, string?> environment, Func<string, string> readFile)
    {
        if (arguments.Any(argument => argument is "-h" or "--help" || argument.StartsWith("--help=", StringComparison.Ordinal)))
        {
            return new FlagOutcome<GivenOptions<TOptions>>.Show(FlagHelp.Write(this));
        }

        if (arguments.Any(argument => argument is "--version" || argument.StartsWith("--version=", StringComparison.Ordinal)))
        {
            return new FlagOutcome<GivenOptions<TOptions>>.Show($"{Program} {version}");
        }

        var reading = FlagArguments.Read(arguments, FormsOnTheCommandLine(), [.. Verbs.Select(verb => verb.Name)])
            .Then(line => FileOf(line, environment, readFile).Then(file => Combine(line, file, environment)));
        return reading.Fault is { } fault
            ? new FlagOutcome<GivenOptions<TOptions>>.Refused(Sentence(fault))
            : new FlagOutcome<GivenOptions<TOptions>>.Run(reading.Value!);
    }

    /// <summary>The first thing that the validator finds wrong, as one sentence that names the flag and its value; <see langword="null"/> for nothing.</summary>
    /// <param name="given">What was read.</param>
    /// <param name="validator">Its property names are flags' names, its messages the ends of sentences, as <see cref="FlagReading{T}.Fault"/>.</param>
    public string? Check(GivenOptions<TOptions> given, IValidator<TOptions> validator)
    {
        var faults = validator.Validate(given.Options).Errors;
        return faults.Count == 0 ? null
            : !byName.TryGetValue(faults[0].PropertyName, out var flag) ? Sentence(faults[0].ErrorMessage)
            : given.Sources.TryGetValue(flag.Name, out var source) ? Sentence(flag, source, faults[0].ErrorMessage)
            : flag.Write(given.Options) is { Length: > 0 } text ? Sentence(flag, new FlagSource(text, null), faults[0].ErrorMessage)
            : Sentence($"--{flag.Name} {faults[0].ErrorMessage}");
    }

    private static string Sentence(Flag<TOptions> flag, FlagSource source, string fault) =>
        Sentence($"--{flag.Name} \"{source.Text}\"{(source.Origin is { } origin ? $" (from {origin})" : string.Empty)} {fault}");

    private static string Sentence(string text) => text[^1] is '.' or '?' ? text : text + ".";

    private Dictionary<string, bool> FormsOnTheCommandLine()
    {
        var forms = Flags.ToDictionary(flag => flag.Name, flag => flag.IsSwitch, StringComparer.Ordinal);
        (forms[Config], forms["help"], forms["version"]) = (false, true, true);
        return forms;
    }

    private FlagReading<IReadOnlyDictionary<string, string>> FileOf(
        FlagArguments line, Func<string, string?> environment, Func<string, string> readFile)
    {
        var path = line.Texts.GetValueOrDefault(Config) ?? environment("NOS_CONFIG");
        if (string.IsNullOrEmpty(path))
        {
            return new(new Dictionary<string, string>(), null);
        }

        try
        {
            return FlagFile.Read(path, readFile(path), byName.Keys);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new(null, $"--config \"{path}\" must be a file that can be read: {exception.Message.TrimEnd('.')}");
        }
    }

    private FlagReading<GivenOptions<TOptions>> Combine(
        FlagArguments line, IReadOnlyDictionary<string, string> file, Func<string, string?> environment)
    {
        var fileName = line.Texts.GetValueOrDefault(Config) ?? environment("NOS_CONFIG");
        var sources = new Dictionary<string, FlagSource>(StringComparer.Ordinal);
        var options = Verbs.FirstOrDefault(verb => verb.Name == line.Verb) is { } chosen ? chosen.Apply(Defaults) : Defaults;
        foreach (var flag in Flags)
        {
            var source = line.Texts.TryGetValue(flag.Name, out var text) ? new FlagSource(text, null)
                : Variable(flag.Variable) ?? (file.TryGetValue(flag.Name, out var value) ? new FlagSource(value, fileName) : Variable(flag.LastVariable));
            if (source is null)
            {
                continue;
            }

            var reading = flag.Apply(options, source.Text);
            if (reading.Fault is { } fault)
            {
                return new(null, Sentence(flag, source, fault));
            }

            (options, sources[flag.Name]) = (reading.Value!, source);
        }

        return new(new GivenOptions<TOptions>(options, sources), null);

        FlagSource? Variable(string? name) => name is not null && environment(name) is { Length: > 0 } text ? new FlagSource(text, name) : null;
    }
}
