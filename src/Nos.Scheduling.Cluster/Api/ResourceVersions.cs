using System.Globalization;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Compares versions of one object. They are opaque by contract, yet whole numbers that grow on every server that exists.</summary>
public static class ResourceVersions
{
    /// <summary>Whether the first is certainly older; where either is no number nothing is certain.</summary>
    public static bool IsOlder(string? version, string? than) =>
        ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var left)
        && ulong.TryParse(than, NumberStyles.None, CultureInfo.InvariantCulture, out var right)
        && left < right;
}
