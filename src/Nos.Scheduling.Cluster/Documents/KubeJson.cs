using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Reads and writes the documents: camelCase, unknown fields ignored, absent rather than null.</summary>
/// <remarks>Source generation sets every init property, absent ones to null: defaults therefore live in the getters, where an explicit null meets them too.</remarks>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(RepeatedStringConverter)],
    GenerationMode = JsonSourceGenerationMode.Metadata | JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(KubeList<PodDocument>))]
[JsonSerializable(typeof(KubeList<NodeDocument>))]
[JsonSerializable(typeof(KubeList<GpuNodeDocument>))]
[JsonSerializable(typeof(KubeList<LeaseDocument>))]
[JsonSerializable(typeof(KubeList<NamespaceDocument>))]
[JsonSerializable(typeof(KubeList<EventDocument>))]
[JsonSerializable(typeof(KubeList<PriorityClassDocument>))]
[JsonSerializable(typeof(KubeList<ElasticQuotaDocument>))]
[JsonSerializable(typeof(KubeList<CompositeElasticQuotaDocument>))]
[JsonSerializable(typeof(KubeList<DisruptionBudgetDocument>))]
[JsonSerializable(typeof(KubeList<ResourceSliceDocument>))]
[JsonSerializable(typeof(BindingDocument))]
[JsonSerializable(typeof(GpuSpec[]))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
public sealed partial class KubeJson : JsonSerializerContext;
