using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Nos.Scheduling.Server.Http;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Opens the ports: each knows what it serves, and the TLS ones read their certificates anew for each connection.</summary>
internal static class Ports
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    internal static void Open(KestrelServerOptions kestrel, ServerStart start, CertificateFolder? certificates)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = JsonBodies.Largest;
        kestrel.Limits.MinRequestBodyDataRate = null;
        var options = start.Options;
        var plain = options.PlainHttp ? PortRoles.Plain | PortRoles.Extender | PortRoles.Admission : PortRoles.Plain;
        kestrel.Listen(options.Listen.Endpoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            Mark(listen, plain);
        });
        if (certificates is not null && start.OpensExtenderPort)
        {
            var client = options.ExtenderAuth == ExtenderAuth.Mtls;
            kestrel.Listen(options.ListenExtender.Endpoint, listen => OpenTls(listen, PortRoles.Extender, HttpProtocols.Http1, certificates, client));
        }

        if (certificates is not null && start.OpensAdmissionPort)
        {
            kestrel.Listen(options.ListenAdmission.Endpoint, listen => OpenTls(listen, PortRoles.Admission, HttpProtocols.Http1AndHttp2, certificates, false));
        }
    }

    private static void OpenTls(ListenOptions listen, PortRoles roles, HttpProtocols protocols, CertificateFolder certificates, bool wantsClient)
    {
        listen.Protocols = protocols;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                var (server, clients) = certificates.Current();
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = server,
                    ClientCertificateRequired = wantsClient,
                    CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                    CertificateChainPolicy = wantsClient ? TrustOf(clients) : null,
                });
            },
        });
        Mark(listen, roles);
    }

    /// <summary>Clients of our CA alone, by this one policy: without it every handshake would first be judged by the machine's own roots, and be as slow.</summary>
    private static X509ChainPolicy TrustOf(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    private static void Mark(ListenOptions listen, PortRoles roles)
    {
        var role = new PortRole(roles);
        listen.Use(next => connection =>
        {
            connection.Features.Set(role);
            return next(connection);
        });
    }
}
