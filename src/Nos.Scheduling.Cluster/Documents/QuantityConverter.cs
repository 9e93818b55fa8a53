using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Quantities are strings or bare numbers in JSON; they are written as strings, as the API server does.</summary>
public sealed class QuantityConverter : JsonConverter<Quantity>
{
    /// <inheritdoc/>
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new Quantity(reader.GetString()),
        JsonTokenType.Number => new Quantity(Encoding.UTF8.GetString(reader.ValueSpan)),
        _ => throw new JsonException("a quantity must be a string or a number"),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
