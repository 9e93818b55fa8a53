using System.Text.Json.Serialization;

namespace Nos.Scheduling.Server.Extender;

/// <summary>Reads the extender's requests; unknown fields are ignored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ExtenderArgs))]
[JsonSerializable(typeof(ExtenderBindingArgs))]
[JsonSerializable(typeof(ExtenderPreemptionArgs))]
internal sealed partial class ExtenderJson : JsonSerializerContext;
