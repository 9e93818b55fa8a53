namespace Nos.Scheduling.Server.Composition;

/// <summary>What a port serves; carried by each of its connections.</summary>
[Flags]
internal enum PortRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Metrics, health, the read-only views.</summary>
    Plain = 1,

    /// <summary><c>/scheduler/*</c>.</summary>
    Extender = 2,

    /// <summary><c>/admission/*</c>.</summary>
    Admission = 4,
}

/// <summary>Marks a connection with what its port serves.</summary>
/// <param name="Roles">What it serves.</param>
internal sealed record PortRole(PortRoles Roles)
{
    /// <summary>Whether the path may be asked for on this port.</summary>
    internal bool Serves(PathString path) =>
        path.StartsWithSegments("/scheduler", StringComparison.Ordinal) ? Roles.HasFlag(PortRoles.Extender)
        : path.StartsWithSegments("/admission", StringComparison.Ordinal) ? Roles.HasFlag(PortRoles.Admission)
        : Roles.HasFlag(PortRoles.Plain);
}
