using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.Binding;

namespace Nos.Scheduling.Tests.Server.Extender;

public sealed class PrioritizeTests : IDisposable
{
    private readonly BindingCluster cluster = new("n1", "n2", "n3");

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_pod_whose_slice_came_too_late_for_its_bind_is_sent_back_to_it()
    {
        var pod = cluster.AddPod("p");
        var binding = await cluster.BindWaitingAsync(pod, "n2");
        cluster.Clock.Advance(10);
        await binding;
        Assert.Equal("""[{"Host":"n1","Score":10},{"Host":"n2","Score":0},{"Host":"n3","Score":9}]""", await AskAsync(pod.Uid));

        cluster.Report("n2");

        Assert.Equal("""[{"Host":"n1","Score":0},{"Host":"n2","Score":10},{"Host":"n3","Score":0}]""", await AskAsync(pod.Uid));
    }

    private async Task<string> AskAsync(string uid)
    {
        var extender = new ExtenderEndpoints(
            cluster.State, new AssumedPlaces(cluster.Clock), new OfferedNodes(), PlacementPolicy.Fragmentation, () => Terms.Of(cluster, _ => { }));
        var asked = """{"Pod":{"metadata":{"name":"p","uid":"UID"},"spec":{"containers":[{"name":"c","resources":{"limits":{"nvidia.com/mig-1g.10gb":"1"}}}]}},"Nodes":null,"NodeNames":["n1","n2","n3"]}""";
        var answer = await ExtenderCall.AskAsync(extender.PrioritizeAsync, asked.Replace("UID", uid, StringComparison.Ordinal));
        Assert.Equal("ok", answer.Result);
        return answer.Body;
    }
}
