using System.Text.RegularExpressions;
using Nos.Scheduling.Tests.Cli;

namespace Nos.Scheduling.Tests.Manifests;

public sealed partial class TaskfileTests
{
    private static readonly Dictionary<string, (string? Description, string Command)> Tasks = YamlReading.Document(Repository.Text("Taskfile.yml"))["tasks"]!.AsObject()
        .ToDictionary(task => task.Key, task => ((string?)task.Value!["desc"], (string)task.Value["cmd"]!));

    // What a machine has or says it lacks; everything else must be in the repository.
    private static readonly HashSet<string> Programs = ["dotnet", "bash", "docker", "kubectl"];

    [Fact]
    public void The_tasks_are_those_of_the_readme() => Assert.Equal(
        ["check", "test", "test:cluster", "bench", "simulate", "crds", "image", "certs", "deploy", "undeploy", "deflake"], Tasks.Keys);

    [Fact]
    public void Each_task_is_one_described_line() => Assert.All(Tasks, task =>
    {
        Assert.False(string.IsNullOrWhiteSpace(task.Value.Description), $"{task.Key} says nothing of itself");
        Assert.DoesNotContain('\n', task.Value.Command);
    });

    [Fact]
    public void Each_task_calls_what_exists() => Assert.All(Tasks, task =>
    {
        var commands = Separator().Split(task.Value.Command).Select(part => Keyword().Replace(part.Trim(), "")).Where(part => part.Length > 0 && part is not (":" or "exit")).ToList();

        Assert.NotEmpty(commands);
        Assert.All(commands.Where(command => !command.StartsWith("for ", StringComparison.Ordinal)), command =>
        {
            var words = command.Split(' ');
            Assert.Contains(words[0], Programs);
            Assert.All(words.Where(IsPath).Select(Filled), path => Assert.True(Path.Exists(Repository.FullPath(path)), $"{task.Key} calls {path}, which is not there"));
        });
    });

    [Fact]
    public void The_overlays_that_can_be_deployed_are_there() => Assert.All(
        ["own", "own-1.20", "shared", "simulation"], overlay => Assert.True(File.Exists(Repository.FullPath($"manifests/overlays/{overlay}/kustomization.yaml"))));

    private static bool IsPath(string word) => word.Contains('/', StringComparison.Ordinal) && !word.Contains('$', StringComparison.Ordinal)
        || word.StartsWith("manifests/", StringComparison.Ordinal) || word.EndsWith(".sln", StringComparison.Ordinal);

    private static string Filled(string word) => Default().Replace(word, "$1");

    [GeneratedRegex(@"&&|\|\||;")]
    private static partial Regex Separator();

    [GeneratedRegex(@"^(while|do|done|if|then|fi)\b\s*")]
    private static partial Regex Keyword();

    [GeneratedRegex(@"\$\{[A-Z]+:-([^}]*)\}")]
    private static partial Regex Default();
}
