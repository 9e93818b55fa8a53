using System.Net.Http.Headers;
using System.Text.Json;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Sends single requests and turns every way in which they can fail into a <see cref="KubeApiException"/>.</summary>
/// <param name="http">Its base address is the server's.</param>
/// <param name="fence">What lets writes out, and says how long they may take; <see langword="null"/> where all may go.</param>
internal sealed class KubeRequests(HttpClient http, WriteFence? fence = null)
{
    /// <summary>A refusal is a sentence; more of it is not read. Small enough for the ordinary heap: conflicts are daily business.</summary>
    private const int MostRefusalBytes = 64 * 1024;

    /// <summary>Sends and reads the answer.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Relative to the server, with query.</param>
    /// <param name="body">The body, or <see langword="null"/>.</param>
    /// <param name="read">Reads the body of a success.</param>
    /// <param name="timeout">From the sending to the last byte; a fenced write has its fence's.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? body, Func<Stream, CancellationToken, ValueTask<T>> read, TimeSpan timeout, CancellationToken cancellation) =>
        SendAsync(method, path, body, (answer, _, token) => read(answer, token), timeout, cancellation);

    /// <summary>The same for a reader that also wants the warnings in the answer's headers, as the server wrote them.</summary>
    public async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        Func<Stream, IReadOnlyList<string>, CancellationToken, ValueTask<T>> read,
        TimeSpan timeout,
        CancellationToken cancellation)
    {
        using var passage = method == HttpMethod.Get ? null : fence?.Enter(Asked(method, path));
        if (passage is not null)
        {
            timeout = fence!.Timeout;
            body = body is null ? null : new FencedContent(body, fence, Asked(method, path));
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeout);
        try
        {
            using var response = await ExchangeAsync(method, path, body, limited.Token).ConfigureAwait(false);
            var answer = await response.Content.ReadAsStreamAsync(limited.Token).ConfigureAwait(false);
            await using (answer.ConfigureAwait(false))
            {
                string[] warnings = response.Headers.NonValidated.TryGetValues("Warning", out var written) ? [.. written] : [];
                return await read(answer, warnings, limited.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (IsOurs(failure, cancellation))
        {
            throw Translate(failure, Asked(method, path), limited.IsCancellationRequested ? timeout : null);
        }
    }

    /// <summary>Sends a GET and gives the answer back as soon as its headers are there; its body may go on for ever.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path, TimeSpan timeout, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(timeout);
        try
        {
            return await ExchangeAsync(HttpMethod.Get, path, null, limited.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (IsOurs(failure, cancellation))
        {
            throw Translate(failure, Asked(HttpMethod.Get, path), limited.IsCancellationRequested ? timeout : null);
        }
    }

    /// <summary>Whether the failure is the request's, not the caller's wish to stop.</summary>
    public static bool IsOurs(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException or JsonException or ObjectDisposedException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);

    /// <summary>The failure in terms of the API.</summary>
    /// <param name="failure">What went wrong below.</param>
    /// <param name="asked">What was asked.</param>
    /// <param name="timeout">The time that was waited in vain; <see langword="null"/> where it failed before.</param>
    public static KubeApiException Translate(Exception failure, string asked, TimeSpan? timeout) => failure switch
    {
        _ when timeout is { } waited => new KubeApiException(0, "Timeout", $"{asked}: no answer within {waited.TotalSeconds:0.#} s", failure),
        JsonException => new KubeApiException(0, "Unreadable", $"{asked}: the answer can't be read: {failure.Message}", failure),
        _ => new KubeApiException(0, "", $"{asked}: no answer: {Sentence(failure)}", failure),
    };

    /// <summary>What was asked, for messages: without the query, which may hold a long continuation.</summary>
    public static string Asked(HttpMethod method, string path) => $"{method} {path.Split('?')[0]}";

    private async Task<HttpResponseMessage> ExchangeAsync(HttpMethod method, string path, HttpContent? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body,
            Version = http.DefaultRequestVersion,
            VersionPolicy = http.DefaultVersionPolicy,
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            var refusal = await ReadRefusalAsync(response, cancellation).ConfigureAwait(false);
            throw KubeApiException.From(response.StatusCode, refusal, Asked(method, path), response.Headers.RetryAfter?.Delta);
        }
    }

    private static async Task<StatusDocument?> ReadRefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var bytes = new byte[MostRefusalBytes];
        var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            try
            {
                return JsonSerializer.Deserialize(bytes.AsSpan(0, length), ApiJson.Default.StatusDocument);
            }
            catch (JsonException)
            {
                // Proxies and old handlers answer in plain text.
                var text = System.Text.Encoding.UTF8.GetString(bytes, 0, Math.Min(length, 1000)).Trim();
                return text.Length == 0 ? null : new StatusDocument { Message = text };
            }
        }
    }

    private static string Sentence(Exception failure)
    {
        var sentences = new List<string>();
        for (var current = failure; current is not null; current = current.InnerException)
        {
            if (!sentences.Exists(known => known.Contains(current.Message, StringComparison.Ordinal)))
            {
                sentences.Add(current.Message);
            }
        }

        return string.Join(" ", sentences);
    }
}
