namespace Nos.Scheduling.Cluster.Flags;

/// <summary>One flag's only declaration: command line, environment, file, help and validation all follow from it.</summary>
/// <typeparam name="TOptions">The record that takes the values.</typeparam>
/// <param name="name">Without dashes in front, words joined by dashes: <c>bind-wait</c>. The key in the file is the same.</param>
/// <param name="description">One line for help, without a full stop.</param>
public abstract class Flag<TOptions>(string name, string description)
{
    /// <summary>Without dashes in front: <c>bind-wait</c>.</summary>
    public string Name { get; } = name;

    /// <summary>One line for help.</summary>
    public string Description { get; } = description;

    /// <summary>The variable that stands in for the flag: <c>NOS_BIND_WAIT</c>.</summary>
    public string Variable { get; } = "NOS_" + name.Replace('-', '_').ToUpperInvariant();

    /// <summary>Another variable, asked after the file and before the default, such as <c>NODE_NAME</c>; <see langword="null"/> for none.</summary>
    public string? LastVariable { get; init; }

    /// <summary>What help says of a default that depends on others; <see langword="null"/> where it is the value that the options start with.</summary>
    public string? DefaultText { get; init; }

    /// <summary>What help shows in place of a value.</summary>
    public abstract string Placeholder { get; }

    /// <summary>Whether the flag may stand without a value, which means true.</summary>
    public bool IsSwitch => Placeholder.Length == 0;

    /// <summary>The options with the value that <paramref name="text"/> says, or what is wrong with the text.</summary>
    public abstract FlagReading<TOptions> Apply(TOptions options, string text);

    /// <summary>What is wrong with the value in these options, or <see langword="null"/>.</summary>
    public abstract string? Judge(TOptions options);

    /// <summary>The value in these options as it would be given; empty where there is none.</summary>
    public abstract string Write(TOptions options);
}
