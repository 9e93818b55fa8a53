using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>Says in each request who asks.</summary>
internal sealed class AuthenticatingHandler(ConnectionSettings settings, BearerTokens tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = tokens.Current();
        Sign(request, token);
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized || tokens.Current(isRefused: true) is not { } newer || newer == token)
        {
            return response;
        }

        // Between two looks at its file the token was replaced, and the old one withdrawn.
        response.Dispose();
        Sign(request, newer);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private void Sign(HttpRequestMessage request, string? token)
    {
        request.Headers.Authorization = token is not null ? new AuthenticationHeaderValue("Bearer", token)
            : settings.Basic is var (name, password) ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}")))
            : null;
        if (settings.TlsServerName is { Length: > 0 } serverName)
        {
            // TLS takes the name that it asks for, and checks, from here.
            request.Headers.Host = serverName;
        }

        if (settings.ActsAs is not null)
        {
            request.Headers.Remove("Impersonate-User");
            request.Headers.TryAddWithoutValidation("Impersonate-User", settings.ActsAs);
        }
    }
}
