using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class GpuNodeSeriesTests : IDisposable
{
    private const string Product = "NVIDIA-A30";

    private readonly MetricRegistry metrics = new(NullLogger<MetricRegistry>.Instance);
    private List<GpuNodeDocument> nodes =
    [
        Node("b", "MPS", Gpu(0, "GPU-0", Share(0, 10, 1, "Free"), Share(0, 10, 2, "Used", "team/p/main"))),
        Node("a", "MIG",
            Gpu(1, "GPU-1"),
            Gpu(0, "GPU-0", Mig(0, "1g.6gb", 0, "Used", "team/q/side"), Mig(0, "1g.6gb", 1, "Used"), Mig(0, "2g.12gb", 2, "Free"))),
    ];

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Counts_slices_by_gpu_profile_and_state()
    {
        metrics.CollectSlices(() => nodes, _ => true);

        Assert.Equal(
            [
                """nos_slices{node="a",gpu="0",mode="MIG",profile="1g.6gb",state="Used"} 2""",
                """nos_slices{node="a",gpu="0",mode="MIG",profile="2g.12gb",state="Free"} 1""",
                """nos_slices{node="b",gpu="0",mode="MPS",profile="10gb",state="Free"} 1""",
                """nos_slices{node="b",gpu="0",mode="MPS",profile="10gb",state="Used"} 1""",
            ],
            Series("nos_slices"));
    }

    [Fact]
    public void Adds_up_a_nodes_GPUs_where_series_are_kept_per_node()
    {
        metrics.CollectSlices(() => nodes, _ => false);

        Assert.Equal(
            [
                """nos_gpu_memory_bytes{node="a",state="Free"} 12549357568""",
                """nos_gpu_memory_bytes{node="a",state="Uncut"} 26508001280""",
                """nos_gpu_memory_bytes{node="a",state="Used"} 12482248704""",
                """nos_gpu_memory_bytes{node="b",state="Free"} 10737418240""",
                """nos_gpu_memory_bytes{node="b",state="Uncut"} 4294967296""",
                """nos_gpu_memory_bytes{node="b",state="Used"} 10737418240""",
            ],
            Series("nos_gpu_memory_bytes"));
        Assert.Equal("""nos_slices{node="a",mode="MIG",profile="1g.6gb",state="Used"} 2""", Series("nos_slices").First());
    }

    [Fact]
    public void Memory_by_state_adds_up_to_the_device_on_every_GPU()
    {
        metrics.CollectSlices(() => nodes, _ => true);

        var samples = Exposition.Read(metrics).Samples.Where(sample => sample.Key.StartsWith("nos_gpu_memory_bytes", StringComparison.Ordinal)).ToList();

        Assert.Equal(9, samples.Count);
        Assert.Equal(3 * 24576.0 * 1024 * 1024, samples.Sum(sample => sample.Value));
    }

    [Fact]
    public void Decides_on_the_label_by_the_number_of_nodes()
    {
        metrics.CollectSlices(() => nodes, count => count <= 1);
        Assert.Empty(Exposition.Read(metrics).Label("nos_slices", "gpu"));

        nodes.RemoveAt(0);

        Assert.Equal(["0", "0"], Exposition.Read(metrics).Label("nos_slices", "gpu"));
    }

    [Fact]
    public void Tells_who_has_which_slice()
    {
        metrics.CollectSliceInfo(() => nodes);

        Assert.Equal(
            [
                """nos_slice_info{node="a",gpu="0",slice="0-1g.6gb-0",profile="1g.6gb",uuid="MIG-0",namespace="team",pod="q",container="side"} 1""",
                """nos_slice_info{node="a",gpu="0",slice="0-1g.6gb-1",profile="1g.6gb",uuid="MIG-1"} 1""",
                """nos_slice_info{node="a",gpu="0",slice="0-2g.12gb-2",profile="2g.12gb",uuid="MIG-2"} 1""",
                """nos_slice_info{node="b",gpu="0",slice="0-10gb-1",profile="10gb",uuid="GPU-0"} 1""",
                """nos_slice_info{node="b",gpu="0",slice="0-10gb-2",profile="10gb",uuid="GPU-0",namespace="team",pod="p",container="main"} 1""",
            ],
            Series("nos_slice_info"));
    }

    [Fact]
    public void Series_of_a_node_that_is_gone_disappear()
    {
        metrics.CollectSlices(() => nodes, _ => true);
        metrics.CollectSliceInfo(() => nodes);

        nodes = [nodes[0]];

        var exposition = Exposition.Read(metrics);
        Assert.Equal(["b"], new[] { "nos_slices", "nos_slice_info", "nos_gpu_memory_bytes" }.SelectMany(metric => exposition.Label(metric, "node")).Distinct());
    }

    [Fact]
    public void An_agents_mistakes_leave_the_exposition_readable()
    {
        nodes =
        [
            new GpuNodeDocument { Metadata = new ObjectMeta { Name = "silent" } },
            Node("wrong", "MIG",
                Gpu(0, "GPU-0", Mig(0, "9g.9gb", 0, "Odd"), Mig(0, "9g.9gb", 0, "Odd", "no-slashes"), Mig(0, "2g.12gb", 1, "Used"), Mig(0, "4g.24gb", 0, "Used")),
                Gpu(0, "GPU-0", Mig(0, "1g.6gb", 0, "Used"))),
        ];
        metrics.CollectSlices(() => nodes, _ => true);
        metrics.CollectSliceInfo(() => nodes);

        var exposition = Exposition.Read(metrics);

        Assert.Equal(2, exposition.Samples["""nos_slices{node="wrong",gpu="0",mode="MIG",profile="9g.9gb",state="Odd"}"""]);
        Assert.Equal(0, exposition.Samples["""nos_gpu_memory_bytes{node="wrong",gpu="0",state="Uncut"}"""]);
    }

    private static GpuNodeDocument Node(string name, string mode, params GpuStatus[] gpus) => new()
    {
        Metadata = new ObjectMeta { Name = name },
        Spec = new GpuNodeSpec { Mode = mode },
        Status = new GpuNodeStatus
        {
            Products =
            [
                new ProductStatus
                {
                    Product = Product,
                    MemoryMiB = 24576,
                    Profiles = [Profile("1g.6gb", 5952), Profile("2g.12gb", 11968), Profile("4g.24gb", 24000)],
                },
            ],
            Gpus = gpus,
        },
    };

    private static ProfileStatus Profile(string name, int mib) => new() { Name = name, MemoryMiB = mib };

    private static GpuStatus Gpu(int index, string uuid, params SliceStatus[] slices) => new() { Index = index, Uuid = uuid, Product = Product, Slices = slices };

    private static SliceStatus Mig(int gpu, string profile, int start, string state, string? pod = null) =>
        new() { Id = $"{gpu}-{profile}-{start}", Profile = profile, Start = start, Uuid = $"MIG-{start}", State = state, Pod = pod };

    private static SliceStatus Share(int gpu, int gb, int number, string state, string? pod = null) =>
        new() { Id = $"{gpu}-{gb}gb-{number}", MemoryGB = gb, State = state, Pod = pod };

    private IEnumerable<string> Series(string metric)
    {
        Exposition.Read(metrics);
        return Exposition.Text(metrics).Split('\n').Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal));
    }
}
