namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>One part of a field selector.</summary>
/// <param name="Path">The field, as names from the outermost to the innermost.</param>
/// <param name="Value">The value; empty stands for a missing field too.</param>
/// <param name="IsNegated">Whether it must be another one.</param>
internal readonly record struct FieldRequirement(IReadOnlyList<string> Path, string Value, bool IsNegated)
{
    /// <summary>Reads <c>spec.nodeName=a,status.phase!=Running</c>.</summary>
    /// <exception cref="ApiRefusal">It is none, or names a field that this kind can't be selected by.</exception>
    public static FieldRequirement[] Parse(InMemoryKind kind, string? selector) =>
        string.IsNullOrWhiteSpace(selector) ? [] : [.. selector.Split(',').Select(part => ParsePart(kind, part))];

    private static FieldRequirement ParsePart(InMemoryKind kind, string part)
    {
        var equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            throw ApiRefusal.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
        }

        var isNegated = part[equals - 1] == '!';
        var field = part[..(isNegated ? equals - 1 : equals)].Trim();
        if (field != "metadata.name" && field != "metadata.namespace" && !kind.SelectableFields.Contains(field))
        {
            throw ApiRefusal.BadRequest($"field label not supported: {field}");
        }

        return new FieldRequirement(field.Split('.'), part[(equals + 1)..].TrimStart('=').Trim(), isNegated);
    }
}
