using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

/// <summary>A small program's options, for tests of the engine alone.</summary>
internal sealed record Painting
{
    internal static FlagSet<Painting> Flags { get; } = new(
        "paint",
        "1.2.3",
        "Paints.",
        new Painting(),
        [
            Flag("dry-time", "how long it dries", FlagKinds.Duration(TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), "no drying"), o => o.DryTime, (o, v) => o with { DryTime = v }),
            Flag("coats", "how many coats", FlagKinds.Whole(1, 9), o => o.Coats, (o, v) => o with { Coats = v }),
            Flag("gloss", "with gloss", FlagKinds.Switch, o => o.Gloss, (o, v) => o with { Gloss = v }),
            Flag("tone", "how bright", FlagKinds.OneOf(("auto", Tone.Auto), ("dark", Tone.Dark), ("light", Tone.Light)), o => o.Tone, (o, v) => o with { Tone = v }),
            Flag("walls", "which walls", FlagKinds.Names, o => o.Walls, (o, v) => o with { Walls = v }),
            new TypedFlag<Painting, string>("painter", "who paints", FlagKinds.NameOrEmpty, o => o.Painter, (o, v) => o with { Painter = v }) { LastVariable = "USER" },
        ])
    {
        Verbs = [new("strip", "take it off again", o => o with { Strips = true })],
    };

    public TimeSpan DryTime { get; init; } = TimeSpan.FromSeconds(10);

    public long Coats { get; init; } = 2;

    public bool Gloss { get; init; }

    public Tone Tone { get; init; }

    public IReadOnlyList<string> Walls { get; init; } = [];

    public string? Painter { get; init; }

    public bool Strips { get; init; }

    internal static FlagOutcome<GivenOptions<Painting>> Read(string arguments, string environment = "", string? file = null)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return Flags.Read(
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            variables.GetValueOrDefault,
            path => file is not null && path == "paint.yaml" ? file : throw new FileNotFoundException($"There is no {path}."));
    }

    internal static Painting Options(string arguments, string environment = "", string? file = null) =>
        Assert.IsType<FlagOutcome<GivenOptions<Painting>>.Run>(Read(arguments, environment, file)).With.Options;

    internal static string Refusal(string arguments, string environment = "", string? file = null)
    {
        var outcome = Read(arguments, environment, file);
        if (outcome is FlagOutcome<GivenOptions<Painting>>.Run(var given))
        {
            return Flags.Check(given, new FlagRanges<Painting>(Flags)) ?? "nothing is wrong";
        }

        var refused = Assert.IsType<FlagOutcome<GivenOptions<Painting>>.Refused>(outcome);
        Assert.Equal(ExitCodes.BadUsage, refused.ExitCode);
        return refused.Sentence;
    }

    private static TypedFlag<Painting, T> Flag<T>(string name, string description, FlagKind<T> kind, Func<Painting, T?> get, Func<Painting, T, Painting> set) =>
        new(name, description, kind, get, set);
}
