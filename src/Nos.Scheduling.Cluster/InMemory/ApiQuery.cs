using System.Globalization;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The parameters of a request.</summary>
internal readonly struct ApiQuery
{
    private readonly Dictionary<string, string> parameters;

    public ApiQuery(string query)
    {
        parameters = [];
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (part, "") : (part[..equals], part[(equals + 1)..]);
            parameters[Decode(name)] = Decode(value);
        }
    }

    /// <summary>The parameter's value, or <see langword="null"/>.</summary>
    public string? this[string name] => parameters.GetValueOrDefault(name);

    /// <summary>The parameter's value as a number, or <see langword="null"/>.</summary>
    /// <exception cref="ApiRefusal">It is none.</exception>
    public long? Number(string name) => this[name] switch
    {
        null or "" => null,
        var text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiRefusal.BadRequest($"{name}: Invalid value: \"{text}\""),
    };

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
