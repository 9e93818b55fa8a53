using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Server.Controllers;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>nos' tests of its quota controllers, a whole GPU being 16 GB; with the right result where nos compares nothing, or reads no memory size (D-Q1).</summary>
public sealed class QuotaScenarioTests : IAsyncDisposable, IAsyncLifetime
{
    private const string Cpu4Gpus64 = """{"cpu": 4, "nos.nebuly.com/gpu-memory": 64}""";
    private const string Cpu6Gpus80 = """{"cpu": 6, "nos.nebuly.com/gpu-memory": 80}""";
    private const string Gpus64 = """{"nos.nebuly.com/gpu-memory": 64}""";
    private const string Gpus96 = """{"nos.nebuly.com/gpu-memory": 96}""";
    private const string Gpus1600 = """{"nos.nebuly.com/gpu-memory": 1600}""";
    private const string OneGpu = """{"cpu": "500m", "nvidia.com/gpu": 1}""";
    private const string TwoGpusAndASlice = """{"cpu": "500m", "nvidia.com/gpu": 2, "nvidia.com/mig-1g.1gb": 1}""";
    private readonly QuotaCluster cluster = new();

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task E1_used_is_what_runs_of_what_the_quota_names()
    {
        await LeadAsync("ns", "other");
        await cluster.AddQuotaAsync("ns/quota", Cpu4Gpus64, Cpu6Gpus80);
        await cluster.AddPodAsync("ns/pod", "Pending", OneGpu, TwoGpusAndASlice);
        await cluster.AddPodAsync("other/pod", "Running", OneGpu);
        await cluster.SaysAsync("ns/quota", "used cpu=0 gpumem=0; assigned cpu=1 gpumem=49; borrowed");
        await cluster.LabelledAsync("in-quota -", "ns/pod", "other/pod");

        await cluster.PhaseAsync("ns/pod", "Running");

        await cluster.SaysAsync("ns/quota", "used cpu=1 gpumem=49; assigned cpu=1 gpumem=49; borrowed");
        await cluster.LabelledAsync("in-quota -", "ns/pod", "other/pod");
    }

    [Fact]
    public async Task E2_a_pod_above_min_is_over_quota_though_another_lends()
    {
        await LeadAsync("ns", "lender");
        await cluster.AddQuotaAsync("ns/quota", Gpus64, Gpus96);
        await cluster.AddQuotaAsync("lender/quota", Gpus1600);

        await cluster.AddPodAsync("ns/pod", "Running", """{"nvidia.com/gpu": 5}""", """{"nvidia.com/gpu": 5}""");

        await cluster.LabelledAsync("over-quota", "ns/pod");
        await cluster.SaysAsync("ns/quota", "used gpumem=160; assigned gpumem=160; borrowed gpumem=96");
    }

    [Fact]
    public async Task E3_a_pod_that_ends_makes_room_within_min()
    {
        await LeadAsync("ns");
        await cluster.AddQuotaAsync("ns/quota", Gpus64, Gpus96);
        await cluster.AddPodAsync("ns/pod-1", "Running", """{"nvidia.com/gpu": 2}""");
        await cluster.AddPodAsync("ns/pod-2", "Running", """{"nvidia.com/gpu": 3}""");
        await cluster.SaysAsync("ns/quota", "used gpumem=80; assigned gpumem=80; borrowed gpumem=16");
        await cluster.LabelledAsync("in-quota over-quota", "ns/pod-1", "ns/pod-2");

        await cluster.PhaseAsync("ns/pod-1", "Succeeded");

        await cluster.LabelledAsync("in-quota", "ns/pod-2");
        await cluster.SaysAsync("ns/quota", "used gpumem=48; assigned gpumem=48; borrowed");
    }

    [Fact]
    public async Task E4_a_changed_min_is_followed()
    {
        await LeadAsync("ns");
        await cluster.AddQuotaAsync("ns/quota", Gpus64);
        await cluster.AddPodAsync("ns/pod-1", "Running", """{"nvidia.com/gpu": 2}""");
        await cluster.AddPodAsync("ns/pod-2", "Running", """{"nvidia.com/gpu": 2}""");
        await cluster.LabelledAsync("in-quota in-quota", "ns/pod-1", "ns/pod-2");

        await cluster.PatchQuotaAsync("ns/quota", """{"spec": {"min": {"nos.nebuly.com/gpu-memory": 32}}}""");

        await cluster.LabelledAsync("in-quota over-quota", "ns/pod-1", "ns/pod-2");
    }

    [Fact]
    public async Task C1_a_composite_counts_all_its_namespaces_wherever_it_lives()
    {
        await LeadAsync("ns-1", "ns-2", "ns-3");
        await cluster.AddCompositeAsync("ns-3/quota", ["ns-1", "ns-2"], Cpu4Gpus64, Cpu6Gpus80);
        await cluster.AddPodAsync("ns-1/pod", "Pending", OneGpu);
        await cluster.AddPodAsync("ns-2/pod", "Pending", TwoGpusAndASlice);
        await cluster.SaysAsync("ns-3/quota", "used cpu=0 gpumem=0; assigned cpu=1 gpumem=49; borrowed", isComposite: true);

        await cluster.PhaseAsync("ns-1/pod", "Running");
        await cluster.PhaseAsync("ns-2/pod", "Running");

        await cluster.SaysAsync("ns-3/quota", "used cpu=1 gpumem=49; assigned cpu=1 gpumem=49; borrowed", isComposite: true);
        await cluster.LabelledAsync("in-quota in-quota", "ns-1/pod", "ns-2/pod");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C2_C3_a_composite_borrows_of_whichever_kind(bool isLenderComposite)
    {
        await LeadAsync("ns", "lender");
        await cluster.AddCompositeAsync("ns/quota", ["ns"], Gpus64, Gpus96);
        await (isLenderComposite ? cluster.AddCompositeAsync("ns/lender", ["lender"], Gpus1600) : cluster.AddQuotaAsync("lender/quota", Gpus1600));

        await cluster.AddPodAsync("ns/pod", "Running", """{"nvidia.com/gpu": 5}""", """{"nvidia.com/gpu": 5}""");

        await cluster.LabelledAsync("over-quota", "ns/pod");
    }

    [Fact]
    public async Task C4_a_composite_replaces_the_quotas_of_its_namespaces_and_no_other()
    {
        await LeadAsync("n1", "n2", "n3");
        await cluster.AddQuotaAsync("n1/quota", """{"cpu": "100m"}""");
        await cluster.AddQuotaAsync("n2/quota", """{"cpu": "200m"}""");
        await cluster.AddQuotaAsync("n3/quota", """{"cpu": "200m"}""");

        await cluster.AddCompositeAsync("n1/composite", ["n1", "n2"], """{"cpu": 1}""");

        await Eventually.Async(async () => await cluster.QuotaAsync("n1/quota") is null && await cluster.QuotaAsync("n2/quota") is null ? "" : "still there");
        await cluster.SaysAsync("n1/composite", "used cpu=0; assigned cpu=0; borrowed", isComposite: true);
        await cluster.IsAsync("n3/quota", "InForce");
    }

    private async Task LeadAsync(params string[] namespaces)
    {
        await cluster.AddNamespacesAsync(namespaces);
        await cluster.LeadAsync();
    }
}
