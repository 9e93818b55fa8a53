using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// Stands between processes and the API server, ends their TLS and speaks on as themselves: it holds the key of every certificate that it issued. So it
/// can single out calls, refuse, hold, lose and garble them, and count what came.
/// </summary>
/// <remarks>Of several faults that a call falls under the one that was set up first happens.</remarks>
public sealed class ApiFaults : IAsyncDisposable
{
    private readonly ControlPlane _plane;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, (string Name, HttpClient Client)> _callers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ApiCall> _calls = new();
    private readonly Lock _gate = new();
    private readonly List<ApiFault> _faults = [];
    private readonly OpenWatches _watches = new();

    private ApiFaults(ControlPlane plane)
    {
        _plane = plane;
        var serving = plane.IssueServer("127.0.0.1", "localhost");
        var certificate = X509Certificate2.CreateFromPemFile(serving.CertificateFile, serving.KeyFile);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, Port, port =>
            {
                port.Protocols = HttpProtocols.Http1AndHttp2;
                port.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.AllowAnyClientCertificate();
                });
            });
        });
        _app = builder.Build();
        _app.Run(Serve);
    }

    /// <summary>Where clients connect, on 127.0.0.1.</summary>
    public int Port { get; } = FreePorts.Next();

    /// <summary>All that came so far, in order, also what never reached the API server.</summary>
    public IReadOnlyList<ApiCall> Calls => [.. _calls];

    public static async Task<ApiFaults> Start(ControlPlane plane)
    {
        var faults = new ApiFaults(plane);
        await faults._app.StartAsync();
        return faults;
    }

    /// <summary>As <see cref="ControlPlane.IssueClient"/>, but the connections go through here.</summary>
    public string IssueClient(string commonName, params string[] organizations)
    {
        var identity = _plane.IssueClientCertificate(commonName, organizations);
        var certificate = X509Certificate2.CreateFromPemFile(identity.CertificateFile, identity.KeyFile);
        _callers[certificate.Thumbprint] = (commonName, ApiForwarding.ClientOf(certificate, identity));
        return Kubeconfig.Write($"https://127.0.0.1:{Port}", commonName, identity);
    }

    public int Count(Func<ApiCall, bool> calls) => _calls.Count(calls);

    /// <summary>Answers in the API server's place, with a Status of that code and its usual reason.</summary>
    /// <param name="times">The first so many of the calls; all unless said.</param>
    /// <param name="oneIn">Only one in so many, beginning with the first.</param>
    /// <param name="retryAfter">In the header and in the Status, whole seconds.</param>
    public ApiFault Answer(HttpStatusCode status, Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1, TimeSpan? retryAfter = null) =>
        Add(new ApiFault(FaultKind.Answer, calls, times, oneIn, End) { Status = (int)status, RetryAfter = retryAfter });

    /// <inheritdoc cref="FaultKind.Hold"/>
    public ApiFault Delay(TimeSpan delay, Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) => Hold(() => Task.Delay(delay), calls, times, oneIn);

    /// <param name="until">Asked once for each call that is held.</param>
    public ApiFault Hold(Func<Task> until, Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) =>
        Add(new ApiFault(FaultKind.Hold, calls, times, oneIn, End) { Until = until });

    /// <inheritdoc cref="FaultKind.CutRequest"/>
    public ApiFault CutRequests(Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) => Add(new ApiFault(FaultKind.CutRequest, calls, times, oneIn, End));

    /// <inheritdoc cref="FaultKind.CutAnswer"/>
    public ApiFault CutAnswers(Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) => Add(new ApiFault(FaultKind.CutAnswer, calls, times, oneIn, End));

    /// <inheritdoc cref="FaultKind.Garble"/>
    public ApiFault Garble(Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) => Add(new ApiFault(FaultKind.Garble, calls, times, oneIn, End));

    /// <inheritdoc cref="FaultKind.GoneInWatch"/>
    public ApiFault RefuseWatches(Func<ApiCall, bool> calls, int times = int.MaxValue, int oneIn = 1) =>
        Add(new ApiFault(FaultKind.GoneInWatch, call => call.IsWatch && calls(call), times, oneIn, End));

    /// <summary>Ends watches that are open now with an ERROR event: 410, the version is too old. Those that do not speak JSON are cut.</summary>
    /// <returns>How many.</returns>
    public int EndWatches(Func<ApiCall, bool> calls) => _watches.End(calls);

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
        foreach (var (_, client) in _callers.Values)
        {
            client.Dispose();
        }
    }

    private ApiFault Add(ApiFault fault)
    {
        lock (_gate)
        {
            _faults.Add(fault);
        }

        return fault;
    }

    private void End(ApiFault fault)
    {
        lock (_gate)
        {
            _faults.Remove(fault);
        }
    }

    private ApiFault? FaultOf(ApiCall call)
    {
        lock (_gate)
        {
            return _faults.Find(fault => fault.Takes(call));
        }
    }

    private async Task Serve(HttpContext http)
    {
        var shown = await http.Connection.GetClientCertificateAsync();
        if (shown is null || !_callers.TryGetValue(shown.Thumbprint, out var caller))
        {
            await ApiForwarding.Answer(http, 401, null);
            return;
        }

        var call = new ApiCall(http.Request.Method, http.Request.Path, http.Request.QueryString.Value ?? "", caller.Name);
        _calls.Enqueue(call);
        var fault = FaultOf(call);
        switch (fault?.Kind)
        {
            case FaultKind.Answer:
                await ApiForwarding.Answer(http, fault.Status, fault.RetryAfter);
                return;
            case FaultKind.GoneInWatch:
                await ApiForwarding.AnswerGone(http);
                return;
            case FaultKind.CutRequest:
                http.Abort();
                return;
            case FaultKind.Hold:
                await fault.Until().WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
        }

        try
        {
            await ApiForwarding.Pass(http, call, caller.Client, _plane.ServerUrl, fault?.Kind, _watches);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // The API server is away, or the caller: who is left sees a connection that breaks.
            http.Abort();
        }
    }
}
