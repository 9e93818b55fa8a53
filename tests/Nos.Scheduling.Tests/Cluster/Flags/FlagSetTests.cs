using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class FlagSetTests
{
    private const string Duration = "a duration from 100ms to 5m, written like 700ms or 1h30m, or 0 for no drying";

    [Theory]
    [InlineData("", "", null, 2)]
    [InlineData("", "", "coats: 3", 3)]
    [InlineData("", "NOS_COATS=4", "coats: 3", 4)]
    [InlineData("--coats 5", "NOS_COATS=4", "coats: 3", 5)]
    [InlineData("--coats=5", "NOS_COATS=4", "coats: 3", 5)]
    [InlineData("", "NOS_COATS=", "coats: 3", 3)]
    [InlineData("--coats 5", "NOS_COATS=many", "coats: lots", 5)]
    [InlineData("--coats 5 --coats 6", "", null, 6)]
    [InlineData("--coats x --coats 6", "", null, 6)]
    public void Takes_the_command_line_then_the_environment_then_the_file_then_the_default(string line, string environment, string? file, long coats) =>
        Assert.Equal(coats, Painting.Options(file is null ? line : $"{line} --config paint.yaml", environment, file).Coats);

    [Theory]
    [InlineData("--painter ann", "NOS_PAINTER=bob USER=dan", "ann")]
    [InlineData("", "NOS_PAINTER=bob USER=dan", "bob")]
    [InlineData("--config paint.yaml", "USER=dan", "cid")]
    [InlineData("", "USER=dan", "dan")]
    [InlineData("", "", null)]
    public void Asks_the_other_variable_last(string line, string environment, string? painter) =>
        Assert.Equal(painter, Painting.Options(line, environment, "painter: cid").Painter);

    [Fact]
    public void Finds_the_file_by_its_variable() => Assert.Equal(7, Painting.Options("", "NOS_CONFIG=paint.yaml", "coats: 7").Coats);

    [Theory]
    [InlineData("--gloss", true)]
    [InlineData("--gloss=true", true)]
    [InlineData("--gloss=1", true)]
    [InlineData("--gloss=True", true)]
    [InlineData("--gloss=false", false)]
    [InlineData("--gloss=0", false)]
    [InlineData("--gloss --gloss=false", false)]
    [InlineData("--gloss --coats 3", true)]
    public void Reads_a_switch_alone_or_with_its_value(string line, bool gloss) => Assert.Equal(gloss, Painting.Options(line).Gloss);

    [Fact]
    public void Reads_every_kind_of_value_from_a_file()
    {
        var options = Painting.Options("--config paint.yaml", file: """
            # a comment
            dry-time: 1h30m
            coats: 9
            gloss: true
            tone: "dark"
            walls: [north, south]
            painter: ""
            """);

        Assert.Equal((TimeSpan.FromMinutes(90), 9, true, Tone.Dark, ""), (options.DryTime, options.Coats, options.Gloss, options.Tone, options.Painter));
        Assert.Equal(["north", "south"], options.Walls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}")]
    public void An_empty_file_says_nothing(string file) => Assert.Equal(new Painting(), Painting.Options("--config paint.yaml", file: file) with { Walls = new Painting().Walls });

    [Theory]
    [InlineData("--walls north,south", new[] { "north", "south" })]
    [InlineData("--walls=", new string[0])]
    [InlineData("--walls north", new[] { "north" })]
    public void Reads_lists_joined_by_commas(string line, string[] walls) => Assert.Equal(walls, Painting.Options(line).Walls);

    [Theory]
    [InlineData("strip --coats 3", true)]
    [InlineData("--coats 3", false)]
    [InlineData("strip", true)]
    public void Takes_a_verb_in_front(string line, bool strips) => Assert.Equal(strips, Painting.Options(line).Strips);

    [Theory]
    [InlineData("--dry-time banana", $"--dry-time \"banana\" must be {Duration}.")]
    [InlineData("--dry-time 7m", $"--dry-time \"7m\" must be {Duration}.")]
    [InlineData("--dry-time=", $"--dry-time \"\" must be {Duration}.")]
    [InlineData("--coats 0", "--coats \"0\" must be a whole number from 1 to 9.")]
    [InlineData("--coats -3", "--coats \"-3\" must be a whole number from 1 to 9.")]
    [InlineData("--coats 1.5", "--coats \"1.5\" must be a whole number from 1 to 9.")]
    [InlineData("--coats 99999999999999999999", "--coats \"99999999999999999999\" must be a whole number from 1 to 9.")]
    [InlineData("--gloss=yes", "--gloss \"yes\" must be true or false.")]
    [InlineData("--gloss=", "--gloss \"\" must be true or false.")]
    [InlineData("--tone bright", "--tone \"bright\" must be auto, dark or light.")]
    [InlineData("--tone Dark", "--tone \"Dark\" must be auto, dark or light.")]
    [InlineData("--walls north,,south", "--walls \"north,,south\" must be Kubernetes names joined by commas.")]
    [InlineData("--painter Ann", "--painter \"Ann\" must be empty or a Kubernetes name: at most 253 lower-case letters, digits, '-' and '.', a letter or digit at both ends.")]
    [InlineData("--dry-tme 3s", "--dry-tme is no flag; did you mean --dry-time?")]
    [InlineData("--coat=3", "--coat is no flag; did you mean --coats?")]
    [InlineData("--colour red", "--colour is no flag; --help lists them all.")]
    [InlineData("--coats", "--coats needs a value, as in --coats VALUE or --coats=VALUE.")]
    [InlineData("--coats --gloss", "--coats needs a value, as in --coats VALUE or --coats=VALUE.")]
    [InlineData("--config", "--config needs a value, as in --config VALUE or --config=VALUE.")]
    [InlineData("--gloss false", "\"false\" is no flag; a switch takes its value with an equals sign, as in --gloss=false.")]
    [InlineData("--coats 3 strip", "strip must stand in front of all flags.")]
    [InlineData("stripp", "\"stripp\" is neither a flag nor one of strip.")]
    [InlineData("-c 3", "\"-c\" is no flag; flags begin with two dashes, and --help lists them all.")]
    [InlineData("--", "\"--\" is no flag; flags begin with two dashes, and --help lists them all.")]
    [InlineData("--config nowhere.yaml", "--config \"nowhere.yaml\" must be a file that can be read: There is no nowhere.yaml.")]
    public void Refuses_in_one_sentence_with_name_value_and_what_is_allowed(string line, string sentence) => Assert.Equal(sentence, Painting.Refusal(line));

    [Theory]
    [InlineData("NOS_COATS=many", "--coats \"many\" (from NOS_COATS) must be a whole number from 1 to 9.")]
    [InlineData("NOS_COATS=12", "--coats \"12\" (from NOS_COATS) must be a whole number from 1 to 9.")]
    [InlineData("USER=Dan", "--painter \"Dan\" (from USER) must be empty or a Kubernetes name: at most 253 lower-case letters, digits, '-' and '.', a letter or digit at both ends.")]
    public void Names_the_variable_that_a_bad_value_came_from(string environment, string sentence) => Assert.Equal(sentence, Painting.Refusal("", environment));

    [Theory]
    [InlineData("coats: 12", "--coats \"12\" (from paint.yaml) must be a whole number from 1 to 9.")]
    [InlineData("gloss: true\ncoat: 3", "--config paint.yaml has the unknown key coat, line 2; did you mean coats?")]
    [InlineData("colour: red", "--config paint.yaml has the unknown key colour, line 1.")]
    [InlineData("config: other.yaml", "--config paint.yaml has the unknown key config, line 1.")]
    [InlineData("coats:", "--config paint.yaml needs a single value or a list of them for coats, line 1.")]
    [InlineData("coats: {first: 1}", "--config paint.yaml needs a single value or a list of them for coats, line 1.")]
    [InlineData("- coats", "--config paint.yaml must be one mapping of flags to values, such as bind-wait: 10s.")]
    [InlineData("coats", "--config paint.yaml must be one mapping of flags to values, such as bind-wait: 10s.")]
    [InlineData("coats: 1\n---\ncoats: 2", "--config paint.yaml must be one mapping of flags to values, such as bind-wait: 10s.")]
    public void Says_what_is_wrong_with_the_file(string file, string sentence) => Assert.Equal(sentence, Painting.Refusal("--config paint.yaml", file: file));

    [Theory]
    [InlineData("coats: [1")]
    [InlineData("coats: 1\ncoats: 2")]
    [InlineData("a: &a [*a]")]
    public void Refuses_a_file_that_is_not_YAML_in_one_line(string file)
    {
        var sentence = Painting.Refusal("--config paint.yaml", file: file);

        Assert.StartsWith("--config paint.yaml ", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', sentence);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("--coats banana --help")]
    [InlineData("strip --help")]
    public void Shows_help_whatever_else_is_said(string line)
    {
        var text = Assert.IsType<FlagOutcome<GivenOptions<Painting>>.Show>(Painting.Read(line)).Text;

        Assert.Contains("Usage: paint [VERB] [FLAGS]\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  --dry-time DURATION     how long it dries (10s)\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  --gloss                 with gloss (off)\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  --tone auto|dark|light  how bright (auto)\n", text, StringComparison.Ordinal);
        Assert.Contains("\n  strip  take it off again\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Shows_the_version() => Assert.Equal("paint 1.2.3", Assert.IsType<FlagOutcome<GivenOptions<Painting>>.Show>(Painting.Read("--version")).Text);

    [Fact]
    public void Two_declarations_of_one_name_are_a_bug() => Assert.Throws<ArgumentException>(() =>
        new FlagSet<Painting>("paint", "1", "Paints.", new Painting(), [.. Painting.Flags.Flags, Painting.Flags.Flags[0]]));
}
