using System.Net;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Binding;

/// <summary>Between the binder and the API server: makes the server an old one, and loses answers to Bindings.</summary>
internal sealed class BindingNetwork : DelegatingHandler
{
    /// <summary>Whether the server binds whichever pod has the name, as those before the uid counted.</summary>
    public bool IsOld { get; set; }

    /// <summary>Whether the answer to each Binding is lost.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Called when the next Binding is on its way, before the server has it. Once.</summary>
    public Func<Task>? OnTheWay { get; set; }

    /// <summary>How many Bindings were sent.</summary>
    public int Bindings { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.RequestUri!.AbsolutePath.EndsWith("/binding", StringComparison.Ordinal))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        Bindings++;
        var onTheWay = OnTheWay;
        OnTheWay = null;
        await (onTheWay?.Invoke() ?? Task.CompletedTask);
        if (IsOld)
        {
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            body["metadata"]!.AsObject().Remove("uid");
            request.Content = new StringContent(body.ToJsonString());
        }

        var response = await base.SendAsync(request, cancellationToken);
        return LosesAnswers ? throw new HttpRequestException(HttpRequestError.ConnectionError, "the connection was reset") : response;
    }
}
