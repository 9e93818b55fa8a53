using System.Text.RegularExpressions;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The release of a control plane's binaries.</summary>
/// <param name="Major">1 for every release so far.</param>
/// <param name="Minor">20 to 36 are known to matter here.</param>
public readonly partial record struct KubernetesVersion(int Major, int Minor)
{
    /// <summary>Reads what <c>kube-apiserver --version</c> prints, <c>Kubernetes v1.20.2</c>.</summary>
    /// <exception cref="FormatException">The text holds no version.</exception>
    public static KubernetesVersion Parse(string text)
    {
        var match = Pattern().Match(text);
        return match.Success
            ? new KubernetesVersion(int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan))
            : throw new FormatException($"No Kubernetes version in \"{text}\".");
    }

    /// <summary>Whether this release is that one or a newer one.</summary>
    public bool AtLeast(int major, int minor) => (Major, Minor).CompareTo((major, minor)) >= 0;

    [GeneratedRegex(@"v(\d+)\.(\d+)")]
    private static partial Regex Pattern();
}
