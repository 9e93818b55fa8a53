namespace Nos.Scheduling.Server.Options;

/// <summary>What the server runs with.</summary>
/// <param name="Options">Checked, and completed by what <paramref name="Launch"/> implies.</param>
/// <param name="Launch">Never <see cref="Launch.Refused"/>.</param>
internal sealed record ServerStart(ServerOptions Options, Launch Launch)
{
    /// <summary>Whether the extender port is opened. Embedded, it is only where it or certificates are given.</summary>
    internal bool OpensExtenderPort => Launch is not Launch.Embedded || Options.ListenExtenderGiven || Options.CertDir is not null;

    /// <summary>Whether the admission port is opened. Embedded, it is only where it or certificates are given.</summary>
    internal bool OpensAdmissionPort => Launch is not Launch.Embedded || Options.ListenAdmissionGiven || Options.CertDir is not null;

    /// <summary>Whether <c>/</c> and <c>/api/*</c> are served. On loopback they need no token; elsewhere every call shows one.</summary>
    internal bool OpensDashboard => Options.Dashboard switch
    {
        AutoSwitch.Auto => Options.Listen.IsLoopback,
        var asked => asked == AutoSwitch.On,
    };
}
