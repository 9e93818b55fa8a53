namespace Nos.Scheduling.Cluster.Api;

/// <summary>Which objects of a kind are meant.</summary>
/// <param name="Namespace">The namespace; <see langword="null"/> for all.</param>
/// <param name="LabelSelector">A label selector, or <see langword="null"/>.</param>
/// <param name="FieldSelector">A field selector, or <see langword="null"/>.</param>
internal readonly record struct ListQuery(string? Namespace, string? LabelSelector, string? FieldSelector)
{
    /// <summary>Path and query of these objects.</summary>
    /// <param name="collection">The collection's path.</param>
    /// <param name="more">Further parameters; those without a value are left out.</param>
    public string Path(string collection, params ReadOnlySpan<(string Name, string? Value)> more)
    {
        var path = new System.Text.StringBuilder(collection);
        var separator = '?';
        Add("labelSelector", LabelSelector);
        Add("fieldSelector", FieldSelector);
        foreach (var (name, value) in more)
        {
            Add(name, value);
        }

        return path.ToString();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                path.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
    }
}
