using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Reads what the API server says about itself and its answers; the objects are read by <see cref="Documents.KubeJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(WatchedMetadata))]
[JsonSerializable(typeof(ApiResourceList))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(DeleteOptions))]
[JsonSerializable(typeof(EvictionDocument))]
[JsonSerializable(typeof(Connecting.TokenClaims))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonNode))]
internal sealed partial class ApiJson : JsonSerializerContext;
