using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>What Kubernetes accepts as names and labels (RFC 1123, in lower case).</summary>
internal static partial class KubeNames
{
    /// <summary>Names of namespaces.</summary>
    internal static bool IsLabel(string text) => text.Length <= 63 && LabelPattern().IsMatch(text);

    /// <summary>Names of most objects: labels joined by dots.</summary>
    internal static bool IsSubdomain(string text) => text.Length <= 253 && SubdomainPattern().IsMatch(text);

    /// <summary>Keys of labels: a name, or a subdomain and a name joined by a slash.</summary>
    internal static bool IsLabelKey(string text) => text.IndexOf('/') is var slash && slash < 0
        ? IsLabelPart(text)
        : IsSubdomain(text[..slash]) && IsLabelPart(text[(slash + 1)..]);

    /// <summary>Values of labels; empty ones too.</summary>
    internal static bool IsLabelValue(string text) => text.Length == 0 || IsLabelPart(text);

    private static bool IsLabelPart(string text) => text.Length <= 63 && PartPattern().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"\A[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z")]
    private static partial Regex PartPattern();
}
