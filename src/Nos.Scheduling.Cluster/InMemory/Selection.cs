using System.Text.Json;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>Which objects of a table a list or watch wants.</summary>
/// <remarks>
/// Labels and fields are read from the stored text when they are asked for: kept beside it they would cost more memory than all the selecting is
/// worth.
/// </remarks>
internal sealed class Selection
{
    private readonly string? prefix;
    private readonly LabelRequirement[] labels;
    private readonly FieldRequirement[] fields;

    /// <exception cref="ApiRefusal">A selector can't be understood.</exception>
    public Selection(InMemoryKind kind, string? ns, string? labelSelector, string? fieldSelector)
    {
        prefix = ns is null ? null : $"{ns}/";
        labels = LabelSelector.Parse(labelSelector);
        fields = FieldRequirement.Parse(kind, fieldSelector);
    }

    /// <summary>Whether the object is wanted.</summary>
    public bool Matches(StoredObject stored)
    {
        if (prefix is not null && !stored.Key.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        if (labels.Length == 0 && fields.Length == 0)
        {
            return true;
        }

        using var document = JsonDocument.Parse(stored.Json);
        var root = document.RootElement;
        return fields.All(field => (Text(root, field.Path) == field.Value) != field.IsNegated)
            && (labels.Length == 0 || MatchesLabels(root.GetProperty("metadata")));
    }

    private bool MatchesLabels(JsonElement metadata)
    {
        var found = metadata.TryGetProperty("labels", out var set) && set.ValueKind == JsonValueKind.Object ? set : default;
        return labels.All(label => label.IsMetBy(
            found.ValueKind == JsonValueKind.Object && found.TryGetProperty(label.Key, out var value) ? value.GetString() : null));
    }

    private static string Text(JsonElement element, IReadOnlyList<string> path)
    {
        foreach (var name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return "";
            }
        }

        return element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText();
    }
}
