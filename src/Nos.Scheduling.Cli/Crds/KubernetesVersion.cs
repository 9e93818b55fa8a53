using System.Globalization;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>A Kubernetes release as far as it decides what an API server understands.</summary>
/// <param name="Major">The 1 of 1.30.</param>
/// <param name="Minor">The 30 of 1.30.</param>
internal readonly partial record struct KubernetesVersion(int Major, int Minor)
{
    /// <summary>The oldest that everything here is tried on.</summary>
    internal static KubernetesVersion Oldest { get; } = new(1, 20);

    /// <summary>The first in which CEL rules in CRDs are there for good.</summary>
    internal static KubernetesVersion ValidationRules { get; } = new(1, 29);

    /// <summary>Reads <c>1.30</c>, <c>v1.30.2</c>, and what servers add to them (<c>v1.30.2-gke.1</c>, <c>1.30+</c>).</summary>
    internal static bool TryParse(string text, out KubernetesVersion version)
    {
        var match = Pattern().Match(text);
        version = match.Success
            ? new(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))
            : default;
        return match.Success;
    }

    /// <summary>Whether <paramref name="left"/> is the newer one or the same.</summary>
    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => (left.Major, left.Minor).CompareTo((right.Major, right.Minor)) >= 0;

    /// <summary>Whether <paramref name="left"/> is the older one or the same.</summary>
    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => right >= left;

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";

    [GeneratedRegex(@"^v?([0-9]{1,3})\.([0-9]{1,3})(\.[0-9]+)?([-+][0-9A-Za-z.+-]*)?$")]
    private static partial Regex Pattern();
}
