using System.Globalization;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>What an API server says it is. For messages and for what no discovery tells; what is offered is discovered.</summary>
/// <param name="Major">The major version; 0 where it could not be read.</param>
/// <param name="Minor">The minor version; vendors' additions (<c>20+</c>) are left out; 0 where it could not be read.</param>
/// <param name="GitVersion">As the server writes it, such as <c>v1.20.2</c>.</param>
public sealed record KubeServerVersion(int Major, int Minor, string GitVersion)
{
    /// <summary>Whether it is that version or a later one.</summary>
    public bool IsAtLeast(int major, int minor) => Major > major || (Major == major && Minor >= minor);

    /// <inheritdoc/>
    public override string ToString() => GitVersion;

    internal static KubeServerVersion Read(VersionDocument document) =>
        new(Digits(document.Major), Digits(document.Minor), document.GitVersion ?? $"v{document.Major}.{document.Minor}");

    private static int Digits(string? text)
    {
        var digits = text.AsSpan();
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
