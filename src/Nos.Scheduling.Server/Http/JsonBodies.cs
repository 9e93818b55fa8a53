using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Nos.Scheduling.Server.Http;

/// <summary>Reads request bodies and sends answers; what cannot be read is answered at once with one clear sentence as <c>application/problem+json</c>.</summary>
internal static class JsonBodies
{
    /// <summary>Unit: bytes. A filter request with whole Node objects of 5,000 nodes has some 30 MB.</summary>
    internal const long Largest = 64 * 1024 * 1024;

    /// <summary>The body, or <see langword="null"/> where it could not be read and the answer has been sent.</summary>
    /// <param name="http">The request.</param>
    /// <param name="type">How it is read.</param>
    /// <param name="complaint">What is wrong with a body of the right shape, in a sentence; <see langword="null"/> where nothing is.</param>
    internal static async Task<T?> ReadAsync<T>(HttpContext http, JsonTypeInfo<T> type, Func<T, string?> complaint)
        where T : class
    {
        if (http.Request.ContentLength > Largest)
        {
            await RefuseAsync(http, StatusCodes.Status413PayloadTooLarge, $"The body has {http.Request.ContentLength} bytes; {Largest} is the most.");
            return null;
        }

        try
        {
            var body = await JsonSerializer.DeserializeAsync(http.Request.BodyReader, type, http.RequestAborted);
            var wrong = body is null ? "The body is null; send a JSON object." : complaint(body);
            if (wrong is null)
            {
                return body;
            }

            await RefuseAsync(http, StatusCodes.Status400BadRequest, wrong);
        }
        catch (JsonException malformed)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, $"The body is not the JSON expected here: {malformed.Message}");
        }
        catch (BadHttpRequestException bad)
        {
            await RefuseAsync(http, bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? $"The body has more than {Largest} bytes, which is the most." : bad.Message);
        }

        return null;
    }

    /// <summary>Answers with a problem document.</summary>
    internal static async Task RefuseAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        await AnswerAsync(http, "application/problem+json", output => WriteProblem(output, status, sentence));
    }

    /// <summary>Answers with a body of known length.</summary>
    /// <remarks>
    /// kube-scheduler reads an extender's answer up to the end of its JSON and no further. A body in chunks has its end mark behind that, in a TLS record of its
    /// own: Go then gives the connection up, and every single call begins with a handshake.
    /// </remarks>
    internal static async Task AnswerAsync(HttpContext http, string contentType, Action<IBufferWriter<byte>> write)
    {
        using var body = new PooledBytes();
        write(body);
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Written.Length;
        await http.Response.BodyWriter.WriteAsync(body.Written, http.RequestAborted);
    }

    private static void WriteProblem(IBufferWriter<byte> output, int status, string sentence)
    {
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("title", status switch
        {
            StatusCodes.Status413PayloadTooLarge => "Too large",
            StatusCodes.Status503ServiceUnavailable => "Unavailable",
            _ => "Bad request",
        });
        writer.WriteNumber("status", status);
        writer.WriteString("detail", sentence);
        writer.WriteEndObject();
    }
}
