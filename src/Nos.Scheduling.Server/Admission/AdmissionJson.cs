using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Server.Admission;

/// <summary>Reads and writes admission reviews and patches: camelCase, unknown fields ignored, absent rather than null.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdmissionReview))]
[JsonSerializable(typeof(IReadOnlyList<PatchOperation>))]
internal sealed partial class AdmissionJson : JsonSerializerContext;
