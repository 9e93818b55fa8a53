using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

/// <summary>The printed configuration, read by the real kube-scheduler.</summary>
[Collection(ManifestsCollection.Name)]
public sealed class SchedulerConfigTests(AppliedManifests manifests)
{
    private static readonly string[] OursAndPeers =
    [
        "nvidia.com/mig-1g.10gb", "nvidia.com/mig-1g.10gb.me", "nvidia.com/gpu-10gb", "nos.nebuly.com/gpu-memory", "nos.nebuly.com/gpu-compute",
        "nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores", "aliyun.com/gpu-mem", "nos.nebuly.com/quota",
    ];

    private ControlPlane Plane => manifests.Plane;

    [Fact]
    public async Task In_own_mode_every_pod_of_our_scheduler_is_filtered_ranked_and_bound_by_us()
    {
        await using var extender = await StubExtender.Start(Plane);
        await using var scheduler = await Plane.StartScheduler(await Print(extender, "own"));
        await using var scope = await TwoNodes("own");

        await scope.Add(AskingForEverything("slices").By("nos-scheduler"));
        await scope.Add(TestPod.Named("plain").By("nos-scheduler"));
        await scope.BoundPod("slices");
        await scope.BoundPod("plain");

        Assert.All(["slices", "plain"], pod => Assert.Equal(["filter", "prioritize", "bind"], Verbs(extender, pod)));
        Assert.All(extender.Calls, call => Assert.Equal(("system:kube-scheduler", false), (call.Caller, call.BringsNodes)));
    }

    [Fact]
    public async Task In_shared_mode_only_pods_that_ask_for_slices_come_to_us()
    {
        await using var extender = await StubExtender.Start(Plane);
        await using var scheduler = await Plane.StartScheduler(await Print(extender, "shared"));
        await using var scope = await TwoNodes("shared");

        await scope.Add(TestPod.Named("plain"));
        await scope.BoundPod("plain");
        foreach (var (resource, index) in OursAndPeers.Select((resource, index) => (resource, index)))
        {
            await scope.Add(TestPod.Named($"pod-{index}").Asking(resource, 1));
            await scope.BoundPod($"pod-{index}");
            Assert.Equal(["filter", "prioritize", "bind"], Verbs(extender, $"pod-{index}"));
        }

        Assert.Empty(Verbs(extender, "plain"));
    }

    [Theory]
    [InlineData("own", "nos-scheduler")]
    [InlineData("shared", "default-scheduler")]
    public async Task Whole_GPUs_stay_the_schedulers_own_business(string mode, string schedulerName)
    {
        await using var extender = await StubExtender.Start(Plane);
        await using var scheduler = await Plane.StartScheduler(await Print(extender, mode));
        await using var scope = await TwoNodes("whole");

        await scope.Add(TestPod.Named("whole").Asking("nvidia.com/gpu", 1).By(schedulerName));
        await scope.UnschedulablePod("whole", "Insufficient nvidia.com/gpu");

        Assert.Empty(extender.Calls);
    }

    [Fact]
    public async Task The_deployed_scheduler_leads_by_its_own_lease_with_no_more_than_its_rights()
    {
        await using var extender = await StubExtender.Start(Plane);
        var files = Plane.IssueClientCertificate("system:kube-scheduler");
        var identity = manifests.KubeconfigOf("nos-scheduler");
        var component = Plane.SchedulerConfigApi == "v1" ? "own-scheduler" : "own-scheduler-v1beta1";
        var deployed = await File.ReadAllTextAsync(AppliedManifests.Folder($"components/{component}/kube-scheduler-config.yaml"));
        await using var scheduler = await Plane.StartScheduler(
            deployed.Replace("https://nos-extender.nos-system.svc:8444", extender.Url, StringComparison.Ordinal)
                .Replace("/etc/nos/certificates", files.Folder, StringComparison.Ordinal),
            identity);
        await using var scope = await TwoNodes("deployed");

        await scope.Add(AskingForEverything("slices").By("nos-scheduler"));
        await scope.BoundPod("slices");

        Assert.NotNull((await Plane.Admin.Get($"{ApiPaths.Leases("nos-system")}/nos-scheduler")).Text("spec", "holderIdentity"));
        Assert.Null(await Plane.Admin.Find($"{ApiPaths.Leases("kube-system")}/kube-scheduler"));
        Assert.DoesNotContain(scheduler.ErrorLines, line => line.Contains("forbidden", StringComparison.Ordinal));
    }

    private async Task<string> Print(StubExtender extender, string mode)
    {
        var files = Plane.IssueClientCertificate("system:kube-scheduler");
        await using var printed = await ChildProcess.Run(ChildCommand.Cli(
            "scheduler-config", "--url", extender.Url, "--mode", mode, "--api", Plane.SchedulerConfigApi,
            "--ca-file", files.AuthorityFile, "--cert-file", files.CertificateFile, "--key-file", files.KeyFile));
        Assert.True(printed.ExitCode == 0, printed.Tail());
        return string.Join('\n', printed.OutputLines) + "\n";
    }

    private async Task<TestScope> TwoNodes(string theme)
    {
        var scope = await Plane.Scope(theme);
        await scope.Add(TestNode.Named(scope.NodeName("a")));
        await scope.Add(TestNode.Named(scope.NodeName("b")));
        return scope;
    }

    private static TestPod AskingForEverything(string name) =>
        OursAndPeers.Aggregate(TestPod.Named(name), (pod, resource) => pod.Asking(resource, 1));

    private static IEnumerable<string> Verbs(StubExtender extender, string pod) => extender.Calls.Where(call => call.Pod == pod).Select(call => call.Verb);
}
