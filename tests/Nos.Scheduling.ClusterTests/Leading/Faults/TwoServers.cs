using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Leading.Faults;

/// <summary>
/// Two servers, each in a pod of its own as far as the API knows, behind a Service that follows the leader's label; and the API server's audit log. The
/// webhook is the standby's: admission is everybody's.
/// </summary>
public sealed class TwoServers : IAsyncLifetime
{
    public const string Lease = "/apis/coordination.k8s.io/v1/namespaces/nos-system/leases/nos-scheduling";
    private LeaderService service = null!;

    public AuditLog Audit { get; } = new();

    public NosPlane Nos { get; private set; } = null!;

    public ServerReplica One { get; private set; } = null!;

    public ServerReplica Other { get; private set; } = null!;

    public LeaderService Service => service;

    public TestApi Admin => Nos.Plane.Admin;

    public async Task InitializeAsync()
    {
        var port = new TcpProxy(target: 1);
        Nos = await NosPlane.Start(new NosSettings("own") { StartsServer = false, ServicePort = port.Port, ApiServerFlags = Audit.ApiServerFlags, AgentFlags = ["--simulated-latency", "200ms"] });
        One = await Add("nos-server-one");
        Other = await Add("nos-server-other");
        service = LeaderService.Over(Admin, port, One, Other);
    }

    public async Task DisposeAsync()
    {
        if (service is not null)
        {
            await service.DisposeAsync();
        }

        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }

        Audit.Dispose();
    }

    /// <summary>Both run, and exactly one leads, and the Service knows it.</summary>
    public async Task<(ServerReplica Leader, ServerReplica Standby)> Both()
    {
        foreach (var replica in new[] { One, Other })
        {
            if (replica.Process?.HasExited != false)
            {
                await replica.Start();
            }
        }

        return await Leader();
    }

    /// <summary>The one that leads once the Service has found it, and the other.</summary>
    public async Task<(ServerReplica Leader, ServerReplica Standby)> Leader()
    {
        await Polling.Until("the Service leads to one that leads", async () => service.Endpoint is { } endpoint && await endpoint.Leads(), evidence: Nos.Evidence);
        var (leader, standby) = service.Endpoint == One ? (One, Other) : (Other, One);
        Assert.False(await standby.Leads());
        Nos.Webhook.Retarget(standby.AdmissionPort);
        return (leader, standby);
    }

    /// <summary>Who holds the Lease now; empty: nobody.</summary>
    public async Task<string> Holder() => (await Admin.Get(Lease)).Text("spec", "holderIdentity") ?? "";

    /// <summary>Nobody ever took a hand-over for a second leader.</summary>
    public async Task NobodySawTwoLeaders()
    {
        Assert.DoesNotContain(await Admin.List("/api/v1/namespaces/default/events"), happened => happened.Text("reason") == "TwoLeaders");
        Assert.DoesNotContain("two leaders", One.Process.Tail(int.MaxValue) + Other.Process.Tail(int.MaxValue));
    }

    private async Task<ServerReplica> Add(string pod)
    {
        await Admin.Create(ApiPaths.Pods("nos-system"), TestPod.Named(pod).By("nobody").Labelled("app.kubernetes.io/name", "nos-server").ToJson());
        var replica = Nos.AddServer(pod);
        await replica.Start();
        return replica;
    }
}
