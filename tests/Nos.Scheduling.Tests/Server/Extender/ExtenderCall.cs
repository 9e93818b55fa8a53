using System.Text;
using Microsoft.AspNetCore.Http;

namespace Nos.Scheduling.Tests.Server.Extender;

/// <summary>One call of a verb, without a network.</summary>
/// <param name="Result">What the endpoint says for metrics.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Connection">The header, which closes the connection or is not there.</param>
/// <param name="Body">The answer.</param>
internal sealed record ExtenderCall(string Result, int Status, string? Connection, string Body)
{
    /// <summary>Calls; whatever is answered must say how long it is, or it costs kube-scheduler its connection.</summary>
    internal static async Task<ExtenderCall> AskAsync(Func<HttpContext, Task<string>> verb, string body, CancellationToken caller = default)
    {
        var http = new DefaultHttpContext { RequestAborted = caller };
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        var result = await verb(http);
        await http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        Assert.Equal(answer.Length, http.Response.ContentLength);
        return new ExtenderCall(result, http.Response.StatusCode, http.Response.Headers.Connection, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
