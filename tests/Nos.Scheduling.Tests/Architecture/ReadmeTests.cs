using System.Text.Json;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;
using YamlDotNet.Serialization;

namespace Nos.Scheduling.Tests.Architecture;

public sealed class ReadmeTests
{
    private readonly string readme = Repository.Read("README.md");

    [Fact]
    public void It_is_short() => Assert.True(readme.Split('\n').Length < 150);

    [Fact]
    public void Every_path_that_it_names_exists()
    {
        var named = Regex.Matches(readme, @"(?:bash |--project |-k |`)((?:src|tests|certs|manifests)/?[\w./-]*)").Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.Contains("tests/run.sh", named);
        Assert.All(named, path => Assert.True(Path.Exists(Path.Combine(Repository.Root, path)), path));
    }

    [Fact]
    public void Its_pod_is_rewritten_and_placed_as_it_says()
    {
        var yaml = Regex.Match(readme, "```yaml\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().Build().Deserialize<object>(yaml));
        var pod = JsonSerializer.Deserialize(json, KubeJson.Default.PodDocument)!;
        var cluster = ClusterSnapshot.Of([Draw.Node("n", Draw.Gpu(Draw.A100))]);

        var verdict = PodAdmission.Decide(new PodSubmission(PodOperation.Create, "team", "user", pod, null), null, cluster, new AdmissionSettings());

        var patch = Assert.IsType<PodVerdict.Admitted>(verdict).Patch;
        Assert.Contains(patch, operation => operation.Path.Contains("nvidia.com~1mig-1g.10gb", StringComparison.Ordinal) || (operation.Value?.ToJsonString().Contains("nvidia.com/mig-1g.10gb", StringComparison.Ordinal) ?? false));
        Assert.Contains("`nvidia.com/mig-1g.10gb`", readme);
        var demand = Draw.Pod("1g.10gb");
        Assert.EndsWith("=0/1g.10gb@4", NodePlacer.Place(cluster.Nodes[0], demand, PlacementPolicy.Fragmentation)!.Promise(demand));
        Assert.Contains("nos.nebuly.com/slices: main=0/1g.10gb@4", readme);
    }

    [Fact]
    public void Its_quota_guarantees_and_limits_as_it_says()
    {
        var yaml = Regex.Matches(readme, "```yaml\n(.*?)```", RegexOptions.Singleline)[1].Groups[1].Value;
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(new DeserializerBuilder().Build().Deserialize<object>(yaml));
        var document = JsonSerializer.Deserialize(json, KubeJson.Default.ElasticQuotaDocument)!;
        Assert.Null(QuotaAdmission.Precheck(SubmittedQuota.Of(document, document.Metadata.Namespace!), null));

        var lender = new Quota(new QuotaKey("team-b", "q", false), ["team-b"], Amounts(100), default, DateTimeOffset.MinValue);
        var ledger = QuotaLedger.Of([QuotaReading.Of(document), lender]);

        Assert.Equal(QuotaVerdictKind.WithinMin, ledger.Judge("team-a", Amounts(40)).Kind);
        Assert.Equal(QuotaVerdictKind.Borrows, ledger.Judge("team-a", Amounts(80)).Kind);
        Assert.Equal(QuotaVerdictKind.QuotaMaxExceeded, ledger.Judge("team-a", Amounts(81)).Kind);

        static ResourceAmounts Amounts(long gb) => ResourceAmounts.Of([KeyValuePair.Create("nos.nebuly.com/gpu-memory", gb)]);
    }

    [Fact]
    public void Its_drawing_says_what_fits_beside_what()
    {
        var gpu = Draw.Gpu(Draw.A100, "2g.20gb@0", "3g.40gb@4");

        Assert.Equal("##..####", gpu.Draw());
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("2g.20gb")).Check(Draw.Node("n", gpu)));
        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("4g.40gb")).Check(Draw.Node("n", gpu)));
        Assert.Contains("##..####", readme);
    }
}
