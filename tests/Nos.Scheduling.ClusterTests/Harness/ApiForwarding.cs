using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Passes calls on to the API server as the caller, and answers in its place.</summary>
internal static class ApiForwarding
{
    private static readonly string[] _hopByHop = ["Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade", "Host"];

    public static HttpClient ClientOf(X509Certificate2 identity, IssuedCertificate files)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(files.AuthorityFile));
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [identity], CertificateChainPolicy = trust },
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public static async Task Pass(HttpContext http, ApiCall call, HttpClient caller, string server, FaultKind? fault, OpenWatches watches)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), server + http.Request.Path.ToUriComponent() + call.Query);
        if (http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0)
        {
            request.Content = new StreamContent(http.Request.Body);
        }

        foreach (var (name, values) in http.Request.Headers.Where(header => !_hopByHop.Contains(header.Key) && !header.Key.StartsWith(':')))
        {
            _ = request.Headers.TryAddWithoutValidation(name, values.ToArray()) || request.Content?.Headers.TryAddWithoutValidation(name, values.ToArray()) == true;
        }

        using var answer = await caller.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        if (fault == FaultKind.CutAnswer)
        {
            await answer.Content.LoadIntoBufferAsync(http.RequestAborted);
            http.Abort();
            return;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !_hopByHop.Contains(header.Key)))
        {
            http.Response.Headers.Append(name, values.ToArray());
        }

        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        if (call.IsWatch && answer.IsSuccessStatusCode && fault != FaultKind.Garble)
        {
            await watches.Pass(http, call, body, answer.Content.Headers.ContentType?.MediaType == "application/json");
            return;
        }

        await Copy(http, body, fault == FaultKind.Garble);
    }

    /// <summary>A Status as the API server writes it.</summary>
    public static async Task Answer(HttpContext http, int code, TimeSpan? retryAfter)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        if (retryAfter is { } pause)
        {
            http.Response.Headers.RetryAfter = $"{(int)pause.TotalSeconds}";
        }

        await http.Response.WriteAsync(Status(code, retryAfter).ToJsonString(), http.RequestAborted);
    }

    public static async Task AnswerGone(HttpContext http)
    {
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(Gone, http.RequestAborted);
    }

    /// <summary>One event of a watch, with its line's end.</summary>
    public static string Gone => new JsonObject { ["type"] = "ERROR", ["object"] = Status(410, null) }.ToJsonString() + "\n";

    private static async Task Copy(HttpContext http, Stream body, bool garbled)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            if (garbled)
            {
                buffer[0] ^= 0xFF;
            }

            await http.Response.Body.WriteAsync(buffer.AsMemory(0, count), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private static JsonObject Status(int code, TimeSpan? retryAfter) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = "the test says no",
        ["reason"] = code switch
        {
            401 => "Unauthorized",
            409 => "Conflict",
            410 => "Expired",
            429 => "TooManyRequests",
            500 => "InternalError",
            503 => "ServiceUnavailable",
            _ => "",
        },
        ["details"] = retryAfter is { } pause ? new JsonObject { ["retryAfterSeconds"] = (int)pause.TotalSeconds } : null,
        ["code"] = code,
    };
}
