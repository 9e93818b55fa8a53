using System.Text.RegularExpressions;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Architecture;

public sealed partial class DependencyTests
{
    [Fact]
    public void The_domain_depends_on_nothing_but_the_base_library() =>
        Assert.All(typeof(GpuModel).Assembly.GetReferencedAssemblies(), reference => Assert.StartsWith("System.", reference.Name));

    [Theory]
    [InlineData("Resources", "Gpus Nodes Fitting Planning Quotas Preempting Choosing Pricing Sharing")]
    [InlineData("Gpus", "Nodes Fitting Planning Quotas Preempting Choosing Pricing")]
    [InlineData("Quotas", "Nodes Fitting Planning Preempting Choosing Pricing")]
    [InlineData("Fitting", "Planning Quotas Preempting Choosing")]
    [InlineData("Preempting", "Planning Choosing Pricing Sharing")]
    public void Inside_the_domain_arrows_point_one_way(string folder, string others)
    {
        var path = Path.Combine(Repository.Root, "src", "Nos.Scheduling", folder);
        foreach (var source in Directory.Exists(path) ? Repository.Sources("src", "Nos.Scheduling", folder) : [])
        {
            Assert.All(others.Split(' '), other => Assert.DoesNotContain($"using Nos.Scheduling.{other};", File.ReadAllText(source)));
        }
    }

    [Fact]
    public void The_server_knows_the_agent_only_where_the_embedded_cluster_is_put_together() =>
        Assert.All(
            Repository.Sources("src", "Nos.Scheduling.Server").Where(file => !file.Contains("/Embedded/", StringComparison.Ordinal)),
            file => Assert.DoesNotContain("Nos.Scheduling.Agent", File.ReadAllText(file)));

    [Theory]
    [InlineData("Nos.Scheduling.Agent", "Nos.Scheduling.Server")]
    [InlineData("Nos.Scheduling.Cli", "Nos.Scheduling.Server")]
    [InlineData("Nos.Scheduling.Cli", "Nos.Scheduling.Agent")]
    [InlineData("Nos.Scheduling.Cluster", "Nos.Scheduling.Server")]
    [InlineData("Nos.Scheduling.Cluster", "Nos.Scheduling.Agent")]
    public void Rings_do_not_know_the_rings_outside_them(string ring, string outer) =>
        Assert.All(Repository.Sources("src", ring), file => Assert.DoesNotContain($"using {outer}", File.ReadAllText(file)));

    [Fact]
    public void No_name_says_nothing()
    {
        string[] banned = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Info", "Data", "Base", "Impl"];

        Assert.All(Repository.Sources("src"), file => Assert.DoesNotContain(banned, word => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal)));
        Assert.All(Repository.Sources("src"), file => Assert.DoesNotContain(banned, word => Path.GetFileName(Path.GetDirectoryName(file))!.Equals(word, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Nos.Scheduling.Server")]
    [InlineData("Nos.Scheduling.Agent")]
    public void Within_a_program_a_log_event_id_names_one_line(string program)
    {
        var ids = Repository.Sources("src", program).Concat(Repository.Sources("src", "Nos.Scheduling.Cluster"))
            .SelectMany(file => LogEventId().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .ToList();

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(id => id).Where(like => like.Count() > 1).Select(like => like.Key));
    }

    [Fact]
    public void Files_are_short()
    {
        var lengths = Repository.Sources("src").ToDictionary(file => file, file => File.ReadLines(file).Count());

        Assert.All(lengths, file => Assert.True(file.Value <= 300, $"{file.Key} has {file.Value} lines"));
        Assert.True(lengths.Values.Order().ElementAt(lengths.Count / 2) <= 60);
    }

    [Fact]
    public void The_top_level_is_what_was_agreed() => Assert.Equal(
        ["Dockerfile", "Nos.Scheduling.sln", "README.md", "Taskfile.yml", "certs", "manifests", "src", "tests"],
        Directory.EnumerateFileSystemEntries(Repository.Root).Select(Path.GetFileName).Where(name => !name!.StartsWith('.')).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\bEventId = (\d+)")]
    private static partial Regex LogEventId();
}
