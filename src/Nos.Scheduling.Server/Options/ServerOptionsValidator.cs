using FluentValidation;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Server.Options;

/// <summary>Judges the server's options: each flag's bounds, then what concerns several flags, or files. Property names are flags' names.</summary>
internal sealed class ServerOptionsValidator : AbstractValidator<ServerOptions>
{
    private static readonly string[] CertificateFiles = ["tls.crt", "tls.key"];

    /// <summary>Rules for a launch.</summary>
    /// <param name="launch">Which ports are opened follows from it.</param>
    /// <param name="fileExists">Whether there is a file of that path.</param>
    internal ServerOptionsValidator(Launch launch, Func<string, bool> fileExists)
    {
        Include(new FlagRanges<ServerOptions>(ServerFlags.Set));

        Rule("embedded", o => !o.Embedded || o.Kubeconfig is null, _ => "contradicts --kubeconfig: give one of them");
        Rule("embedded-nodes", o => IsEmbedded() || ReferenceEquals(o.EmbeddedNodes, ServerFlags.Set.Defaults.EmbeddedNodes), OnlyEmbedded);
        Rule("embedded-pods", o => IsEmbedded() || o.EmbeddedPods.IsDemo, OnlyEmbedded);
        Rule("kubeconfig", o => o.Kubeconfig is null || fileExists(o.Kubeconfig), _ => "must be a file that is there");

        // Implied by the embedded cluster it may be open to all: there is nothing real to bind.
        Rule("plain-http", o => !o.PlainHttp || o.Embedded || o.Listen.IsLoopback,
            o => $"must not be set while --listen is {o.Listen}: without TLS the extender is served on loopback only");
        Rule("listen-extender", o => !Extender(o) || !o.ListenExtender.CollidesWith(o.Listen), o => Collides("listen", o.Listen));
        Rule("listen-admission", o => !Admission(o) || !o.ListenAdmission.CollidesWith(o.Listen), o => Collides("listen", o.Listen));
        Rule("listen-admission", o => !Admission(o) || !Extender(o) || !o.ListenAdmission.CollidesWith(o.ListenExtender),
            o => Collides("listen-extender", o.ListenExtender));

        Rule("cert-dir", o => !Missing(o).Any(), o => $"must hold {string.Join(" and ", Missing(o))}");
        Rule("reservation-ttl", o => o.ReservationTtl > o.BindWait, o => $"must be longer than --bind-wait, {GoDuration.Format(o.BindWait)}: a place must outlast the wait for its slices");
        Rule("batch-timeout", o => o.BatchTimeout >= o.BatchIdle, o => $"must not be shorter than --batch-idle, {GoDuration.Format(o.BatchIdle)}");
        Rule("lease-duration", o => o.LeaseDuration.Ticks % TimeSpan.TicksPerSecond == 0, _ => "must be whole seconds: a Lease knows no others");

        bool IsEmbedded() => launch is Launch.Embedded;
        bool Extender(ServerOptions o) => new ServerStart(o, launch).OpensExtenderPort;
        bool Admission(ServerOptions o) => new ServerStart(o, launch).OpensAdmissionPort;
        string OnlyEmbedded(ServerOptions _) => $"has a meaning only on the embedded cluster, but {Found(launch)}; add --embedded to simulate";
        IEnumerable<string> Missing(ServerOptions o) => o.CertDir is not { } directory ? [] : CertificateFiles
            .Concat(o.ExtenderAuth == ExtenderAuth.Mtls ? ["ca.crt"] : [])
            .Where(file => !fileExists(Path.Combine(directory, file)));
    }

    private void Rule(string flag, Func<ServerOptions, bool> holds, Func<ServerOptions, string> fault) =>
        RuleFor(options => options).Must(holds).OverridePropertyName(flag).WithMessage(fault);

    private static string Collides(string flag, ListenAddress address) => $"must have a port of its own: --{flag} {address} has the same";

    private static string Found(Launch launch) => launch switch
    {
        Launch.Kubeconfig(var path) => $"the kubeconfig {path} names a real one",
        Launch.InCluster => "this pod runs in a real one",
        _ => "there is none",
    };
}
