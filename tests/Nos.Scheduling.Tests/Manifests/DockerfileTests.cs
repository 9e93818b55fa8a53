using System.Text.RegularExpressions;

namespace Nos.Scheduling.Tests.Manifests;

public sealed partial class DockerfileTests
{
    private static readonly IReadOnlyList<Stage> Stages = Read(Repository.Text("Dockerfile"));

    [Fact]
    public void Base_images_are_arguments_with_defaults()
    {
        var text = Repository.Text("Dockerfile");

        Assert.All(
            Stages.Where(stage => Stages.All(other => other.Name != stage.Base)),
            stage => Assert.Matches($"(?m)^ARG {Regex.Escape(stage.Base.Trim('$', '{', '}'))}=mcr\\.microsoft\\.com/dotnet/.+:10\\.0$", text));
    }

    [Theory]
    [InlineData("server", "Nos.Scheduling.Server")]
    [InlineData("agent", "Nos.Scheduling.Agent")]
    [InlineData("cli", "kubectl-nos")]
    public void Each_target_runs_its_program_as_an_ordinary_user(string target, string assembly)
    {
        var stage = Assert.Single(Stages, stage => stage.Name == target);

        Assert.Equal($"[\"dotnet\", \"/app/{assembly}.dll\"]", Assert.Single(stage.Arguments("ENTRYPOINT")));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", stage.Arguments("USER").Last());
        Assert.Contains($"--from=build /out/{target} ./", stage.Arguments("COPY"));
        Assert.Contains(Stages.Single(other => other.Name == "build").Arguments("RUN"), run => run.Contains($"-o /out/{target}", StringComparison.Ordinal));
    }

    [Fact]
    public void What_it_copies_is_there_and_reaches_the_build()
    {
        var sources = Stages.SelectMany(stage => stage.Arguments("COPY")).Where(copy => !copy.StartsWith("--from", StringComparison.Ordinal))
            .SelectMany(copy => copy.Split(' ')[..^1]).ToList();
        var sent = Repository.Text(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();

        Assert.All(sources, source =>
        {
            Assert.True(Path.Exists(Repository.FullPath(source)), $"{source} is copied but not there");
            Assert.Contains(sent, top => source.TrimEnd('/') == top || source.StartsWith(top + "/", StringComparison.Ordinal));
        });
        Assert.Contains("src/", sources);
    }

    [Fact]
    public void Every_project_is_restored_by_its_lock_file_before_the_sources_come()
    {
        var build = Stages.Single(stage => stage.Name == "build");
        var copies = build.Arguments("COPY").ToList();

        foreach (var project in Directory.GetDirectories(Repository.FullPath("src")).Select(folder => Path.GetFileName(folder)!))
        {
            Assert.Contains(copies, copy => copy == $"src/{project}/{project}.csproj src/{project}/packages.lock.json src/{project}/");
        }

        Assert.Contains("--locked-mode", build.Arguments("RUN").First(), StringComparison.Ordinal);
    }

    private static List<Stage> Read(string text)
    {
        var stages = new List<Stage>();
        foreach (var line in ContinuedLine().Replace(text, " ").Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            var (instruction, rest) = (line.Split(' ')[0], line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            if (instruction == "FROM")
            {
                var from = FromLine().Match(rest);
                Assert.True(from.Success, line);
                stages.Add(new Stage(from.Groups[2].Value, from.Groups[1].Value, []));
            }
            else if (stages.Count > 0)
            {
                stages[^1].Lines.Add((instruction, rest));
            }
        }

        return stages;
    }

    private sealed record Stage(string Name, string Base, List<(string Instruction, string Arguments)> Lines)
    {
        internal IEnumerable<string> Arguments(string instruction) => Lines.Where(line => line.Instruction == instruction).Select(line => line.Arguments);
    }

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex ContinuedLine();

    [GeneratedRegex(@"^(\S+) AS (\S+)$")]
    private static partial Regex FromLine();
}
