using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaStatusPatchTests
{
    private static readonly Condition Ready = new()
    {
        Type = "Ready", Status = "True", Reason = "InForce", Message = "It rules namespace a.", ObservedGeneration = 2,
        LastTransitionTime = new DateTimeOffset(2026, 11, 25, 9, 0, 1, TimeSpan.FromHours(1)),
    };

    [Fact]
    public void The_first_status_is_written_whole()
    {
        var wanted = new ElasticQuotaStatus { Used = new() { ["cpu"] = new("1500m"), ["b"] = new("0") }, Conditions = [Ready] };

        Equal(
            """
            {"status": {"used": {"b": "0", "cpu": "1500m"}, "assigned": {}, "borrowed": {}, "conditions": [
              {"type": "Ready", "status": "True", "reason": "InForce", "message": "It rules namespace a.", "lastTransitionTime": "2026-11-25T08:00:01Z", "observedGeneration": 2}]}}
            """,
            QuotaStatusPatch.Between(null, wanted));
    }

    [Fact]
    public void What_says_the_same_is_not_written()
    {
        Assert.Null(QuotaStatusPatch.Between(Status("1"), Status("1")));
        Assert.Null(QuotaStatusPatch.Between(new ElasticQuotaStatus(), new ElasticQuotaStatus()));
    }

    [Fact]
    public void Only_what_differs_is_written_and_what_is_named_no_more_goes()
    {
        var now = Status("1") with { Borrowed = new() { ["cpu"] = new("1"), ["memory"] = new("1Gi") } };

        Equal("""{"status": {"used": {"cpu": "2"}, "borrowed": {"cpu": null, "memory": null}}}""", QuotaStatusPatch.Between(now, Status("2")));
    }

    [Fact]
    public void An_amount_in_other_words_is_written_anew() => Assert.NotNull(QuotaStatusPatch.Between(Status("1000m"), Status("1")));

    [Fact]
    public void A_changed_condition_is_written_with_all_others()
    {
        var other = new Condition { Type = "Approved", Status = "Unknown" };

        var patch = QuotaStatusPatch.Between(Status("1"), Status("1") with { Conditions = [other, Ready with { Status = "False" }] });

        Assert.Equal("""{"type":"Approved","status":"Unknown"}""", patch!["status"]!["conditions"]![0]!.ToJsonString());
        Assert.Equal("False", (string?)patch["status"]!["conditions"]![1]!["status"]);
    }

    private static ElasticQuotaStatus Status(string cpu) => new() { Used = new() { ["cpu"] = new(cpu) }, Conditions = [Ready with { }] };

    private static void Equal(string json, JsonObject? patch) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), patch), patch?.ToJsonString());
}
