using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Tests.Cli.Planning;

public sealed class PodSourcesTests
{
    private const string Spec = "{containers: [{name: main}]}";

    [Theory]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: $}", "p")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {generateName: p-}, spec: $}", "p")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2, template: {spec: $}}}", "d-0 d-1")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: $}}}", "d-0")]
    [InlineData("{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {replicas: 3, template: {spec: $}}}", "s-0 s-1 s-2")]
    [InlineData("{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: r}, spec: {replicas: 0, template: {spec: $}}}", "")]
    [InlineData("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: $}}}", "j-0")]
    [InlineData("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {parallelism: 4, completions: 2, template: {spec: $}}}", "j-0 j-1")]
    [InlineData("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {parallelism: 2, template: {spec: $}}}", "j-0 j-1")]
    [InlineData("{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {suspend: true, template: {spec: $}}}", "")]
    [InlineData("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: $}, {apiVersion: v1, kind: Pod, metadata: {name: b}, spec: $}]}", "a b")]
    public void Pods_and_what_makes_a_known_number_of_them_are_found(string document, string names) =>
        Assert.Equal(names, string.Join(' ', Read(document).Sources.SelectMany(source => source.PodNames)));

    [Fact]
    public void What_makes_no_pods_or_nobody_knows_how_many_is_left_out_and_told()
    {
        var (sources, skipped) = Read("{apiVersion: v1, kind: Service, metadata: {name: web}}\n---\n{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: log}, spec: {}}\n");

        Assert.Empty(sources);
        Assert.Equal(["Service web", "DaemonSet log"], skipped);
    }

    [Theory]
    [InlineData("just text", "pods.yaml, document 1 (line 1): this is no object; write apiVersion, kind, metadata and spec.")]
    [InlineData("{metadata: {name: p}}", "pods.yaml, document 1 (line 1), kind: it is missing; write one like Pod or Deployment.")]
    [InlineData("{kind: Pod, metadata: {name: p}}", "pods.yaml, document 1 (line 1), apiVersion: it is missing; write v1.")]
    [InlineData("{kind: 7, apiVersion: v1}", "pods.yaml, document 1 (line 1), kind: 7 is no text; put it in quotes if it is meant to be.")]
    [InlineData("a: 1\n---\n{apiVersion: v1, kind: Pod, spec: $}", "pods.yaml, document 1 (line 1), kind")]
    [InlineData("{apiVersion: v1, kind: Pod, spec: $}", "pods.yaml, document 1 (line 1), metadata.name: it is missing; write a name.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}}", "pods.yaml, document 1 (line 1), spec: it is missing; write the containers there.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}", "pods.yaml, document 1 (line 1), spec.containers: there is none; write at least one container.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{image: x}]}}", "pods.yaml, document 1 (line 1), spec.containers[0].name: it is missing or no text; give each container a name.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeName: n1, containers: [{name: main}]}}", "pods.yaml, document 1 (line 1), spec.nodeName: a pod with it is not scheduled, so there is nothing to plan; leave it out.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main, resources: {limits: {cpu: lots}}}]}}", "pods.yaml, document 1 (line 1), spec.containers[0].resources.limits[cpu]: \"lots\" is no amount; write one like 2, 500m or 4Gi.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: main, resources: {requests: {nvidia.com/mig-1g.10gb: -1}}}]}}", "pods.yaml, document 1 (line 1), spec.containers[0].resources.requests[nvidia.com/mig-1g.10gb]: -1 is no amount; write one like 2, 500m or 4Gi.")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {nodeSelector: {a: 1}, containers: [{name: main}]}}", "pods.yaml, document 1 (line 1), spec.nodeSelector.a: this is not what a pod has there; see kubectl explain pod.")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: many, template: {spec: $}}}", "pods.yaml, document 1 (line 1), spec.replicas: \"many\" is no number of pods; write one from 0 to 100000.")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 2}}", "pods.yaml, document 1 (line 1), spec.template: it is missing; write the pod's metadata and spec there.")]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{}]}}}}", "pods.yaml, document 1 (line 1), spec.template.spec.containers[0].name: it is missing or no text; give each container a name.")]
    [InlineData("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod, metadata: {name: p}}]}", "pods.yaml, document 1 (line 1), items[0].spec: it is missing; write the containers there.")]
    public void What_is_wrong_is_told_with_file_document_and_field_and_what_to_write_instead(string document, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<BadInputException>(() => Read(document)).Message);

    private static (IReadOnlyList<PodSource> Sources, IReadOnlyList<string> Skipped) Read(string text) =>
        PodSources.Of(InputDocuments.Read("pods.yaml", text.Replace("$", Spec, StringComparison.Ordinal)));
}
