using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Reads strings so that one which thousands of objects repeat (a key, a resource name, a reason) is in memory once.</summary>
/// <remarks>
/// A cache, not state: what is read never depends on what it holds. It has a fixed number of places, in which newer strings displace older
/// ones, so it does not grow; threads that meet in a place at worst keep a string twice.
/// </remarks>
public sealed class RepeatedStringConverter : JsonConverter<string>
{
    /// <summary>A power of two; the names, keys and ids that a large cluster repeats are some thousands.</summary>
    private const int Places = 8192;

    /// <summary>Longer strings are sentences and documents, rarely the same twice.</summary>
    private const int MostBytes = 64;

    private readonly string?[] known = new string?[Places];

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    /// <inheritdoc/>
    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader)!;

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(value);

    private string? Read(ref Utf8JsonReader reader)
    {
        var isPlain = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !reader.HasValueSequence && !reader.ValueIsEscaped;
        return isPlain && reader.ValueSpan.Length is > 0 and <= MostBytes ? Find(ref reader) : reader.GetString();
    }

    private string? Find(ref Utf8JsonReader reader)
    {
        var hash = default(HashCode);
        hash.AddBytes(reader.ValueSpan);
        ref var place = ref known[hash.ToHashCode() & (Places - 1)];
        var before = Volatile.Read(ref place);
        if (before is not null && Ascii.Equals(reader.ValueSpan, before))
        {
            return before;
        }

        var read = reader.GetString();
        Volatile.Write(ref place, read);
        return read;
    }
}
