namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What to start as a child process.</summary>
/// <param name="Name">Names the log file and the process in failures.</param>
/// <param name="Program">Path, or a name on the PATH.</param>
/// <param name="Arguments">Passed as they are; no shell.</param>
public sealed record ChildCommand(string Name, string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Set on top of the inherited environment; null removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>Null: a temporary one, removed when the child is disposed.</summary>
    public string? LogFolder { get; init; }

    /// <summary>Null: the test host's own.</summary>
    public string? WorkingFolder { get; init; }

    public static ChildCommand Server(params string[] arguments) =>
        Dotnet("server", RepositoryLayout.Assembly("Nos.Scheduling.Server"), arguments);

    public static ChildCommand Agent(params string[] arguments) =>
        Dotnet("agent", RepositoryLayout.Assembly("Nos.Scheduling.Agent"), arguments);

    public static ChildCommand Cli(params string[] arguments) =>
        Dotnet("kubectl-nos", RepositoryLayout.Assembly("Nos.Scheduling.Cli", "kubectl-nos"), arguments);

    public static ChildCommand Dotnet(string name, string assembly, params string[] arguments) =>
        new(name, RepositoryLayout.DotnetHost, [assembly, .. arguments]);

    public ChildCommand Called(string name) => this with { Name = name };

    public ChildCommand With(string variable, string? value) =>
        this with { Environment = new Dictionary<string, string?>(Environment) { [variable] = value } };

    public ChildCommand LoggingTo(string folder) => this with { LogFolder = folder };

    public ChildCommand WorkingIn(string folder) => this with { WorkingFolder = folder };
}
