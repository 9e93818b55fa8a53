namespace Nos.Scheduling.Tests.Cli.Simulation;

public sealed class SimulateOpenbTests : IDisposable
{
    private const string NodeHeader = "sn,cpu_milli,memory_mib,gpu,model";
    private const string PodHeader = "name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos";

    private readonly SimulationFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("fragmentation", 91.85, 93.87)]
    [InlineData("best-fit", 88.13, 89.14)]
    [InlineData("first-fit", 91.19, 91.19)]
    public async Task Places_a_small_trace_legally_and_as_well_as_ever(string policy, double at100, double at130)
    {
        var (nodes, pods) = Trace();

        var run = await CliRun.Of(
            "simulate", "openb", "--nodes", folder.Write("nodes.csv", nodes), "--pods", folder.Write("pods.csv.gz", pods), "--seed", "7", "--inflate", "1.3",
            "--policy", policy, "--out", folder.At("placements.csv"), "--summary", folder.At("summary.json"));

        Assert.Equal(0, run.ExitCode);
        var placed = OpenbReplay.Check(nodes, pods, folder.Read("placements.csv"));
        var summary = folder.Json("summary.json");
        Assert.Equal(placed, (int)summary["placed"]!);
        Assert.Equal((int)summary["arrived"]!, (int)summary["placed"]! + (int)summary["rejected"]!);
        Assert.Equal(at100, (double)summary["gpu_allocation_percent"]!["100"]!, 2);
        Assert.Equal(at130, (double)summary["gpu_allocation_percent"]!["130"]!, 2);
    }

    [Fact]
    public async Task Takes_the_files_order_without_a_seed_and_repeats_the_inputs_numbers()
    {
        var nodes = folder.Write("nodes.csv", NodeHeader, "a,8000,1000,2,G2", "b,8000,1000,1,T4", "c,4000,1000,0,");
        var pods = folder.Write(
            "pods.csv", "order,pod,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec", "7,p,1000,10,1,1500,T4", "5,q,1000,10,2,1000,", "9,r,1000,10,1,500,", "10,s,4000,10,0,0,T4", "12,t,99000,10,0,0,");

        await CliRun.OutputOf("simulate", "openb", "--nodes", nodes, "--pods", pods, "--policy", "first-fit", "--out", folder.At("out.csv"), "--summary", folder.At("s.json"));

        Assert.Equal(["order,pod,node,gpus", "7,p,b,0", "5,q,a,0|1", "9,r,,", "10,s,a,", "12,t,,"], folder.Read("out.csv"));
        Assert.Null(folder.Json("s.json")["gpu_allocation_percent"]!["130"]);
        Assert.Equal(100, (double)folder.Json("s.json")["gpu_allocation_percent"]!["100"]!, 9);
    }

    [Fact]
    public async Task Shuffles_alike_by_equal_seeds_whatever_the_files_order_and_stops_before_the_limit()
    {
        var (nodes, pods) = Trace();
        string[] reversed = [pods[0], .. pods.Skip(1).Reverse()];
        async Task<string[]> Run(string[] lines, string seed)
        {
            await CliRun.Of("simulate", "openb", "--nodes", folder.Write("n.csv", nodes), "--pods", folder.Write("p.csv", lines), "--seed", seed, "--inflate", "1.2", "--out", folder.At("o.csv"));
            return folder.Read("o.csv");
        }

        var first = await Run(pods, "1");

        Assert.Equal(first, await Run(reversed, "1"));
        Assert.NotEqual(first, await Run(pods, "2"));
        Assert.Equal(Enumerable.Range(0, first.Length - 1).Select(order => $"{order}"), first.Skip(1).Select(line => line.Split(',')[0]));
        Assert.Contains(first, line => line.Contains("-copy-1,", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sn,cpu_milli,memory_mib,gpu", "a,1,1,1", "nodes.csv: line 1: column model is missing")]
    [InlineData(NodeHeader, "a,1,1,1,T4;a,1,1,1,T4", "nodes.csv: line 3: column sn: 'a' is not what was expected: a name that no node above has")]
    [InlineData(NodeHeader, "a,many,1,1,T4", "nodes.csv: line 2: column cpu_milli: 'many' is not what was expected: a whole number from 0 to 2147483647")]
    [InlineData(NodeHeader, "a,1,-1,1,T4", "nodes.csv: line 2: column memory_mib: '-1' is not")]
    [InlineData(NodeHeader, "a,1,1,17,T4", "nodes.csv: line 2: column gpu: '17' is not what was expected: a whole number from 0 to 16")]
    [InlineData(NodeHeader, "a,1,1,1,", "nodes.csv: line 2: column model: '' is not what was expected: a name")]
    [InlineData(NodeHeader, "a,1,1,0,", "nodes.csv: line 1: column gpu: no node has a GPU")]
    [InlineData("", "", "nodes.csv: line 1: column sn is missing")]
    public Task Bad_nodes_are_named_with_file_line_and_column(string header, string lines, string expected) =>
        AssertRefused([header, .. lines.Split(';')], [PodHeader, "p,1,1,1,1000,,"], expected);

    [Theory]
    [InlineData("cpu_milli,memory_mib,num_gpu,gpu_milli", "1,1,1,1", "pods.csv: line 1: column name or pod is missing")]
    [InlineData(PodHeader, "p,1,1,1,1000,,;p,1,1,1,1000,,", "pods.csv: line 3: column name: 'p' is not what was expected: a name that no pod above has")]
    [InlineData(PodHeader, "p,1,1,1,0,,", "pods.csv: line 2: column gpu_milli: '0' is not what was expected: a whole number from 1 to")]
    [InlineData(PodHeader, "p,1,1,half,500,,", "pods.csv: line 2: column num_gpu: 'half' is not")]
    [InlineData(PodHeader, "p,1,1,1,1000,H900,", "pods.csv: line 2: column gpu_spec: 'H900' is not what was expected: models out of P100, T4,")]
    [InlineData(PodHeader, "p,1.5,1,1,1000,,", "pods.csv: line 2: column cpu_milli: '1.5' is not")]
    [InlineData(PodHeader, "p,1,1,1", "pods.csv: line 2: column gpu_milli: the row has 4 cells; expected 7")]
    public Task Bad_pods_are_named_with_file_line_and_column(string header, string lines, string expected) =>
        AssertRefused([NodeHeader, "a,1,1,1,T4"], [header, .. lines.Split(';')], expected);

    [Theory]
    [InlineData("--inflate 1.3", "--inflate needs --seed")]
    [InlineData("--seed 1 --inflate 0", "--inflate '0' is not above 0 and at most 100")]
    [InlineData("--seed one", "--seed")]
    [InlineData("--policy worst-fit", "--policy 'worst-fit' is not fragmentation or best-fit or first-fit.")]
    public async Task Bad_usage_is_refused(string more, string expected)
    {
        var run = await CliRun.Of(["simulate", "openb", "--nodes", "n.csv", "--pods", "p.csv", "--out", "o.csv", .. more.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    private async Task AssertRefused(string[] nodes, string[] pods, string expected)
    {
        folder.Write("nodes.csv", nodes);
        folder.Write("pods.csv", pods);

        var run = await CliRun.Of("simulate", "openb", "--nodes", folder.At("nodes.csv"), "--pods", folder.At("pods.csv"), "--out", folder.At("out.csv"), "--summary", folder.At("s.json"));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"kubectl nos: {folder.At(expected)}", run.Error, StringComparison.Ordinal);
        Assert.Equal(["nodes.csv", "pods.csv"], folder.Files);
    }

    /// <summary>Twenty nodes of three models, and pods of the trace's kinds that ask for about as much.</summary>
    private static (string[] Nodes, string[] Pods) Trace()
    {
        string[] kinds =
        [
            "3152,5600,1,810,,LS", "11300,49152,1,1000,,LS", "11908,47104,1,470,,LS", "8000,30517,1,470,,BE", "12500,57344,0,0,,LS", "4000,22888,1,320,,LS", "12000,24576,1,1000,T4,LS",
            "11400,48128,1,1000,,LS", "32000,49152,0,0,,BE", "24000,96000,2,1000,,LS", "4000,30517,1,230,P100|T4,LS", "44000,180000,4,1000,,LS",
        ];
        string[] nodes = [NodeHeader, .. Enumerable.Range(0, 20).Select(index => (index % 5) switch
        {
            0 => $"node-{index:00},104000,524288,2,T4",
            1 => $"node-{index:00},16000,122880,2,P100",
            _ => $"node-{index:00},96000,393216,8,G2",
        })];
        string[] pods = [PodHeader, .. Enumerable.Range(0, 140).Select(index => $"pod-{index:000},{kinds[index * index % 61 % 12]}")];
        return (nodes, pods);
    }
}
