using System.Text.RegularExpressions;
using Nos.Scheduling.Tests.Architecture;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>The tables of README.md: what they name exists, and nothing is left out.</summary>
public sealed partial class ScenarioTableTests
{
    private static readonly string[] Rows = [.. Repository.Read("tests", "Nos.Scheduling.Tests", "Scenarios", "README.md").Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))];

    [Fact]
    public void Every_test_that_they_name_exists()
    {
        var named = Rows.SelectMany(row => Test().Matches(row)).Select(match => (Class: match.Groups[1].Value, Method: match.Groups[2].Value)).Distinct().ToArray();
        var classes = typeof(ScenarioTableTests).Assembly.GetTypes().ToLookup(type => type.Name);

        Assert.True(named.Length > 30);
        Assert.All(named, test => Assert.True(
            classes[test.Class].Any(type => type.GetMethod(test.Method) is { } method && method.GetCustomAttributes(typeof(FactAttribute), inherit: true).Length == 1),
            $"{test.Class}.{test.Method} is no test"));
    }

    [Fact]
    public void Every_story_that_they_name_exists_and_every_story_is_named()
    {
        var folders = Directory.GetDirectories(Path.Combine(Repository.Root, "tests", "Nos.Scheduling.Tests", "Scenarios")).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);
        var named = Rows.SelectMany(row => Story().Matches(row)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(folders, named);
    }

    [Fact]
    public void Every_defect_has_one_row_that_names_a_test_or_says_why_it_cannot_occur()
    {
        foreach (var defect in Enumerable.Range(1, 22).Select(number => $"D-P{number}").Concat(Enumerable.Range(1, 7).Select(number => $"D-A{number}")))
        {
            var row = Assert.Single(Rows, row => row.StartsWith($"| {defect} |", StringComparison.Ordinal));

            Assert.True(Test().IsMatch(row) || Story().IsMatch(row) || row.Contains("cannot occur: ", StringComparison.Ordinal), row);
        }
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"`((?:planner|extra|defect)-[\w-]+)`")]
    private static partial Regex Story();
}
