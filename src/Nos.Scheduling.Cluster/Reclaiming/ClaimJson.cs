using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Reclaiming;

/// <summary>The JSON of claims.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReclaimClaim))]
internal sealed partial class ClaimJson : JsonSerializerContext;
