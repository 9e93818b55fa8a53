using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Simulation;

namespace Nos.Scheduling.Tests.Agent.Simulation;

public sealed class SimulatedFaultsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("nos-faults-");
    private readonly string path;
    private int writes;

    public SimulatedFaultsTests() => path = Path.Combine(folder.FullName, "faults.yaml");

    [Fact]
    public void Names_what_goes_wrong_node_by_node()
    {
        var faults = FaultsYaml.Parse(
            """
            node-1: {create: refuse, destroy: hang}
            node-2:
              allocate: swap   # as kubelet may
            node-3: {}
            """);

        Assert.Equal(new NodeFaults(StepFault.Refuse, StepFault.Hang, false), faults["node-1"]);
        Assert.Equal(new NodeFaults(StepFault.None, StepFault.None, true), faults["node-2"]);
        Assert.Equal(NodeFaults.None, faults["node-3"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("{}")]
    public void An_empty_file_means_that_nothing_goes_wrong(string text) => Assert.Empty(FaultsYaml.Parse(text));

    [Theory]
    [InlineData("node-1: {create: explode}", "line 1: a step can refuse or hang, not explode")]
    [InlineData("node-1: {}\nnode-2: {make: refuse}", "line 2: a node has create, destroy and allocate, not make")]
    [InlineData("node-1: {allocate: refuse}", "line 1: allocate can be swap, not refuse")]
    [InlineData("node-1: refuse", "line 1: the faults of node-1 must be a mapping")]
    [InlineData("- node-1", "line 1: the file must be a mapping")]
    [InlineData("node-1: {create: [refuse]}", "line 1: a word is expected")]
    [InlineData("node-1: {create: refuse", "line ")]
    [InlineData("node-1: {create: refuse}\nnode-1: {}", "line 2")]
    public void Says_where_it_cannot_be_read_and_what_to_write(string text, string message) =>
        Assert.StartsWith(message, Assert.Throws<FormatException>(() => FaultsYaml.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Follows_the_file_as_it_comes_changes_breaks_and_goes()
    {
        var faults = new SimulatedFaults(path, NullLogger<SimulatedFaults>.Instance);
        Assert.Equal(NodeFaults.None, faults.Of("node-1"));

        Write("node-1: {create: refuse}");
        Assert.Equal(StepFault.Refuse, faults.Of("node-1").Create);
        Assert.Equal(NodeFaults.None, faults.Of("node-2"));

        Write("node-1: {create: hang}");
        Assert.Equal(StepFault.Hang, faults.Of("node-1").Create);

        Write("node-1: {create: ");
        Assert.Equal(StepFault.Hang, faults.Of("node-1").Create);

        File.Delete(path);
        Assert.Equal(NodeFaults.None, faults.Of("node-1"));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private void Write(string text)
    {
        File.WriteAllText(path, text);

        // Two writes within one tick of the file system's clock would look like one.
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 1, 1, 0, 0, ++writes, DateTimeKind.Utc));
    }
}
