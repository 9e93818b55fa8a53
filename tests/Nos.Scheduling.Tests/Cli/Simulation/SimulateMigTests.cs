namespace Nos.Scheduling.Tests.Cli.Simulation;

public sealed class SimulateMigTests : IDisposable
{
    private readonly SimulationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fragmentation", "gone", 1460, 8.14)]
    [InlineData("fragmentation", "kept", 1456, 8.92)]
    [InlineData("best-fit", "gone", 1449, 8.51)]
    [InlineData("first-fit", "gone", 1451, 10.64)]
    [InlineData("first-fit", "kept", 1446, 9.24)]
    public async Task Places_a_small_trace_legally_and_as_well_as_ever(string policy, string idle, int placed, double rejectedTime)
    {
        var events = MigWorkload.Churn(1500, 0.0245, 7);

        var run = await CliRun.Of(
            "simulate", "mig", "--nodes", "4x8xNVIDIA-A100-SXM4-80GB", "--events", folder.Write("events.csv.gz", events), "--policy", policy, "--idle", idle,
            "--out", folder.At("placements.csv.gz"), "--summary", folder.At("summary.json"));

        Assert.Equal(0, run.ExitCode);
        var summary = folder.Json("summary.json");
        Assert.Equal(placed, MigReplay.Check(events, folder.Read("placements.csv.gz"), 4, 8));
        Assert.Equal((1500, placed, 1500 - placed), ((int)summary["arrived"]!, (int)summary["placed"]!, (int)summary["rejected"]!));
        Assert.Equal(placed / 15.0, (double)summary["accepted_percent"]!, 9);
        Assert.Equal(rejectedTime, (double)summary["rejected_slice_time_percent"]!, 2);
        Assert.True((double)summary["decisions_per_second"]! > 0);
    }

    [Fact]
    public async Task Measures_over_time_and_prints_the_figures_where_no_file_is_named()
    {
        var events = folder.Write("events.csv", "order,event,pod,profile,time,note", "10,arrive,a,7g.79gb,0,x", "11,arrive,b,1g.10gb,1,x", "12,depart,a,7g.79gb,3,x", "13,depart,b,1g.10gb,4,x");

        var printed = await CliRun.OutputOf("simulate", "mig", "--nodes", "1x1xNVIDIA-A100-SXM4-80GB", "--events", events, "--out", folder.At("out.csv"));

        Assert.Equal(["order,pod,node,gpu,start", "10,a,node-0,0,0", "11,b,,,"], folder.Read("out.csv"));
        Assert.Contains("\"mean_slices_in_use_percent\": 75,", printed, StringComparison.Ordinal);
        Assert.Contains("\"accepted_percent\": 50,", printed, StringComparison.Ordinal);
        Assert.Contains("\"slices_in_use_percent_at_capacity\": 100,", printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Numbers_the_nodes_of_several_products_through()
    {
        var events = folder.Write("events.csv", "order,event,pod,profile", "0,arrive,a,4g.24gb", "1,arrive,b,4g.96gb+gfx", "2,depart,a,4g.24gb");

        await CliRun.OutputOf("simulate", "mig", "--nodes", "2x1xNVIDIA-A30,1x1xNVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", "--events", events, "--out", folder.At("out.csv"));

        Assert.Equal(["order,pod,node,gpu,start", "0,a,node-0,0,0", "1,b,node-2,0,0"], folder.Read("out.csv"));
    }

    [Theory]
    [InlineData("order,event,pod", "0,arrive,a", "line 1: column profile is missing")]
    [InlineData("order,event,pod,profile,pod", "0,arrive,a,1g.10gb,a", "line 1: column pod is there twice")]
    [InlineData("order,event,pod,profile", "0,arrive,a", "line 2: column profile: the row has 3 cells; expected 4")]
    [InlineData("order,event,pod,profile", "x,arrive,a,1g.10gb", "line 2: column order: 'x' is not what was expected: a whole number")]
    [InlineData("order,event,pod,profile", "0,came,a,1g.10gb", "line 2: column event: 'came' is not what was expected: arrive or depart")]
    [InlineData("order,event,pod,profile", "0,arrive,,1g.10gb", "line 2: column pod: '' is not what was expected: a name")]
    [InlineData("order,event,pod,profile", "0,arrive,a,9g.90gb", "line 2: column profile: '9g.90gb' is not what was expected: one of 1g.10gb,")]
    [InlineData("order,event,pod,profile", "0,arrive,a,1g.10gb;1,arrive,a,1g.10gb", "line 3: column pod: 'a' is not what was expected: a pod that has not arrived before")]
    [InlineData("order,event,pod,profile", "0,depart,a,1g.10gb", "line 2: column pod: 'a' is not what was expected: a pod that has arrived before")]
    [InlineData("order,event,pod,profile", "0,arrive,a,1g.10gb;1,depart,a,1g.10gb;2,depart,a,1g.10gb", "line 4: column pod: 'a' is not what was expected: a pod that has not left before")]
    [InlineData("order,event,pod,profile,time", "0,arrive,a,1g.10gb,soon", "line 2: column time: 'soon' is not what was expected: a number of 0 or more")]
    [InlineData("order,event,pod,profile,time", "0,arrive,a,1g.10gb,2;1,arrive,b,1g.10gb,1", "line 3: column time: '1' is not what was expected: a time not before 2")]
    public async Task Bad_input_is_named_with_file_line_and_column_and_leaves_nothing_behind(string header, string lines, string expected)
    {
        var events = folder.Write("events.csv", [header, .. lines.Split(';')]);

        var run = await CliRun.Of("simulate", "mig", "--nodes", "1x1xNVIDIA-A100-SXM4-80GB", "--events", events, "--out", folder.At("out.csv"), "--summary", folder.At("s.json"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"kubectl nos: {events}: {expected}", run.Error, StringComparison.Ordinal);
        Assert.Equal(["events.csv"], folder.Files);
    }

    [Theory]
    [InlineData("100xNVIDIA-A30", "--nodes '100xNVIDIA-A30' is not NODESxGPUSxPRODUCT")]
    [InlineData("0x8xNVIDIA-A30", "is not NODESxGPUSxPRODUCT")]
    [InlineData("1x8xNVIDIA-A10", "'NVIDIA-A10' is no GPU with MIG; expected one of NVIDIA-A30,")]
    [InlineData("1x8xGeForce", "'GeForce' is no GPU with MIG")]
    public async Task Says_what_the_nodes_must_be(string nodes, string expected)
    {
        var run = await CliRun.Of("simulate", "mig", "--nodes", nodes, "--events", "e.csv", "--out", "o.csv");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keeps_neither_file_where_one_of_them_cannot_be_written()
    {
        var events = folder.Write("events.csv", "order,event,pod,profile", "0,arrive,a,1g.10gb");

        var run = await CliRun.Of("simulate", "mig", "--nodes", "1x1xNVIDIA-A30,1x1xNVIDIA-A100-SXM4-80GB", "--events", events, "--out", folder.At("out.csv"), "--summary", folder.At("none/s.json"));

        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["events.csv"], folder.Files);
    }

    [Fact]
    public async Task Says_that_a_file_is_not_there_or_not_what_its_name_says()
    {
        File.WriteAllText(folder.At("events.csv.gz"), "order,event,pod,profile");

        var missing = await CliRun.Of("simulate", "mig", "--nodes", "1x1xNVIDIA-A30", "--events", folder.At("none.csv"), "--out", folder.At("out.csv"));
        var broken = await CliRun.Of("simulate", "mig", "--nodes", "1x1xNVIDIA-A30", "--events", folder.At("events.csv.gz"), "--out", folder.At("out.csv"));

        Assert.Equal((2, 2), (missing.ExitCode, broken.ExitCode));
        Assert.Contains("none.csv cannot be read", missing.Error, StringComparison.Ordinal);
        Assert.Contains("events.csv.gz: line 1 cannot be read", broken.Error, StringComparison.Ordinal);
    }
}
