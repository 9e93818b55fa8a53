using System.Text.Json;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Documents;

public sealed class ElasticQuotaTests
{
    [Fact]
    public void Amounts_are_read_from_numbers_and_texts_and_written_as_texts()
    {
        var quota = JsonSerializer.Deserialize("""{"spec": {"min": {"cpu": 2, "nos.nebuly.com/gpu-memory": "16"}}}""", KubeJson.Default.ElasticQuotaDocument)!;

        Assert.Equal(("2", "16"), (quota.Spec.Min["cpu"].Text, quota.Spec.Min["nos.nebuly.com/gpu-memory"].Text));
        Assert.Empty(quota.Spec.Max);
        Assert.Null(quota.Status);
        Assert.Equal("""{"min":{"cpu":"2","nos.nebuly.com/gpu-memory":"16"},"max":{}}""", JsonSerializer.Serialize(quota.Spec, KubeJson.Default.ElasticQuotaSpec));
    }

    [Fact]
    public void What_is_missing_is_empty()
    {
        var quota = JsonSerializer.Deserialize("""{"spec": null, "status": {}}""", KubeJson.Default.CompositeElasticQuotaDocument)!;

        Assert.Empty(quota.Spec.Namespaces);
        Assert.Empty(quota.Spec.Min);
        Assert.Empty(quota.Status!.Used);
        Assert.Empty(quota.Status.Assigned);
        Assert.Empty(quota.Status.Borrowed);
        Assert.Empty(quota.Status.Conditions);
    }

    [Theory]
    [InlineData("""{"metadata": {"name": "a"}, "spec": {"min": {"cpu": "2"}}}""")]
    public async Task The_in_memory_server_keeps_both_kinds_with_a_status_of_their_own(string json)
    {
        using var cluster = new InMemory.TestCluster();
        var quota = await cluster.CreateAsync(KubeResources.ElasticQuotas, "default", System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject());
        var composite = await cluster.CreateAsync(KubeResources.CompositeElasticQuotas, "default", System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject());

        var status = System.Text.Json.Nodes.JsonNode.Parse("""{"status": {"used": {"cpu": "1"}}, "spec": {"min": {"cpu": "9"}}}""")!;
        quota = await cluster.Client.PatchAsync(KubeResources.ElasticQuotas, "default", quota.Metadata.Name, status, CancellationToken.None, "status");
        composite = await cluster.Client.PatchAsync(KubeResources.CompositeElasticQuotas, "default", composite.Metadata.Name, status, CancellationToken.None, "status");

        Assert.Equal(("2", "1", 1L), (quota.Spec.Min["cpu"].Text, quota.Status!.Used["cpu"].Text, quota.Metadata.Generation));
        Assert.Equal(("2", "1", 1L), (composite.Spec.Min["cpu"].Text, composite.Status!.Used["cpu"].Text, composite.Metadata.Generation));
    }
}
