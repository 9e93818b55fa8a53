using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class MpsUserTests
{
    [Theory]
    [InlineData("nvidia.com/gpu-8gb", "1")]
    [InlineData("nos.nebuly.com/gpu-memory", "4")]
    public void Is_set_on_containers_with_shares_that_name_none(string resource, string amount)
    {
        var webhook = Webhook.Default with { Settings = new(MpsUid: 1234) };

        var (pod, warnings) = webhook.Create(Pods.Of(Pods.Container("main", (resource, amount)), Pods.Container("log")));

        Assert.Equal("""{"runAsUser":1234}""", pod.Container()["securityContext"]!.ToJsonString());
        Assert.Null(pod.Container(1)["securityContext"]);
        Assert.Equal(["Container main will run as user 1234, as MPS needs one user a GPU; set runAsUser to choose."], warnings);
    }

    [Fact]
    public void Leaves_the_rest_of_the_security_context()
    {
        var container = Pods.Container("main", ("nvidia.com/gpu-8gb", "1"));
        container["securityContext"] = new JsonObject { ["privileged"] = false };

        Assert.Equal("""{"privileged":false,"runAsUser":1000}""", Webhook.Default.Create(Pods.Of(container)).Pod.Container()["securityContext"]!.ToJsonString());
    }

    [Fact]
    public void Is_the_pods_or_the_containers_where_they_name_one()
    {
        var ofPod = Pods.With(("nvidia.com/gpu-8gb", "1")).Spec("securityContext", new JsonObject { ["runAsUser"] = 0 });
        var container = Pods.Container("main", ("nvidia.com/gpu-8gb", "1"));
        container["securityContext"] = new JsonObject { ["runAsUser"] = 7 };

        var (byPod, quiet) = Webhook.Default.Create(ofPod);
        var (byContainer, _) = Webhook.Default.Create(Pods.Of(container));

        Assert.Null(byPod.Container()["securityContext"]);
        Assert.Empty(quiet);
        Assert.Equal(7, (int?)byContainer.Container()["securityContext"]!["runAsUser"]);
    }

    [Fact]
    public void Is_nobodys_business_on_MIG() =>
        Assert.Null(Webhook.Default.Create(Pods.With(("nos.nebuly.com/gpu-memory", "10"))).Pod.Container()["securityContext"]);
}
