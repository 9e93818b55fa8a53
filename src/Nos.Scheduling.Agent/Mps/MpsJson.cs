using System.Text.Json.Serialization;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Reads and writes the files of the supervisor.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonState))]
internal sealed partial class MpsJson : JsonSerializerContext;
