namespace Nos.Scheduling.Cluster.Flags;

/// <summary>What a command line comes to. The three nested records are the only kinds.</summary>
/// <typeparam name="T">What the program runs with.</typeparam>
public abstract record FlagOutcome<T>
{
    private FlagOutcome()
    {
    }

    /// <summary>What <paramref name="next"/> makes of a run; the other outcomes stay as they are.</summary>
    public FlagOutcome<TNext> Then<TNext>(Func<T, FlagOutcome<TNext>> next) => this switch
    {
        Run(var with) => next(with),
        Show(var text) => new FlagOutcome<TNext>.Show(text),
        Refused(var sentence, var exitCode) => new FlagOutcome<TNext>.Refused(sentence, exitCode),
        _ => throw new InvalidOperationException("There is no fourth kind."),
    };

    /// <summary>Everything is in order: run.</summary>
    /// <param name="With">What to run with.</param>
    public sealed record Run(T With) : FlagOutcome<T>;

    /// <summary>Help or version was asked for: write the text to standard output and end with <see cref="ExitCodes.Done"/>.</summary>
    /// <param name="Text">Lines, without the last line's end.</param>
    public sealed record Show(string Text) : FlagOutcome<T>;

    /// <summary>Not so: write the sentence to standard error and end.</summary>
    /// <param name="Sentence">One line that names the flag, its value and what is allowed.</param>
    /// <param name="ExitCode"><see cref="ExitCodes.BadUsage"/>, or <see cref="ExitCodes.Failed"/> where the usage is right and the surroundings are not.</param>
    public sealed record Refused(string Sentence, int ExitCode = ExitCodes.BadUsage) : FlagOutcome<T>;
}
