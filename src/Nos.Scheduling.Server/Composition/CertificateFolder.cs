using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nos.Scheduling.Server.Composition;

/// <summary>The certificates of a folder: <c>tls.crt</c>, <c>tls.key</c>, and <c>ca.crt</c> of those who may call. Re-read when a file changes.</summary>
/// <param name="folder">The folder.</param>
/// <param name="time">The clock: files are looked at once a second at most.</param>
/// <param name="logger">Told when new ones are read, or cannot be: then the last good ones stay.</param>
internal sealed partial class CertificateFolder(string folder, TimeProvider time, ILogger<CertificateFolder> logger)
{
    private static readonly string[] Files = ["tls.crt", "tls.key", "ca.crt"];
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Loaded? loaded;
    private long lookedAt;

    /// <summary>The server's certificate and the CA certificates of its clients.</summary>
    /// <exception cref="InvalidOperationException">The folder has never held readable ones; the message says which file is wrong.</exception>
    internal (SslStreamCertificateContext Server, X509Certificate2Collection ClientAuthorities) Current()
    {
        lock (gate)
        {
            if (loaded is null || time.GetElapsedTime(lookedAt) >= LookEvery)
            {
                lookedAt = time.GetTimestamp();
                Look();
            }

            return (loaded!.Context, loaded.ClientAuthorities);
        }
    }

    private void Look()
    {
        var stamp = string.Join('|', Files.Select(file => File.GetLastWriteTimeUtc(Path.Combine(folder, file)).Ticks));
        if (stamp == loaded?.Stamp)
        {
            return;
        }

        try
        {
            loaded = Load(stamp);
            LogLoaded(folder, loaded.Server.Subject, loaded.Server.NotAfter);
        }
        catch (Exception problem) when (problem is IOException or CryptographicException or UnauthorizedAccessException)
        {
            if (loaded is null)
            {
                throw new InvalidOperationException($"--cert-dir {folder} cannot be used: {problem.Message} It must hold tls.crt, tls.key and ca.crt in PEM.", problem);
            }

            LogStale(folder, problem.Message);
        }
    }

    private Loaded Load(string stamp)
    {
        using var pem = X509Certificate2.CreateFromPemFile(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(Path.Combine(folder, "ca.crt"));

        // SslStream wants a key that is not ephemeral; a PKCS#12 round trip gives it one.
        var server = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);

        // Made once: made per connection, the server's own chain would be built in every handshake.
        return new Loaded(server, SslStreamCertificateContext.Create(server, Intermediates(), offline: true), authorities, stamp);
    }

    /// <summary>What <c>tls.crt</c> holds beside the server's own certificate, to be sent along.</summary>
    private X509Certificate2Collection Intermediates()
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(Path.Combine(folder, "tls.crt"));
        chain.RemoveAt(0);
        return chain;
    }

    private sealed record Loaded(X509Certificate2 Server, SslStreamCertificateContext Context, X509Certificate2Collection ClientAuthorities, string Stamp);

    [LoggerMessage(EventId = 501, Level = LogLevel.Information, Message = "Certificates read from {Folder}: {Subject}, valid until {NotAfter:u}")]
    private partial void LogLoaded(string folder, string subject, DateTime notAfter);

    [LoggerMessage(EventId = 502, Level = LogLevel.Warning, Message = "New certificates in {Folder} cannot be read, the last good ones stay: {Reason}")]
    private partial void LogStale(string folder, string reason);
}
