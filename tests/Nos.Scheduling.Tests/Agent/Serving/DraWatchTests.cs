using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Agent.Serving;

/// <summary>Against a server that offers one version of ResourceSlices, or none.</summary>
public sealed class DraWatchTests
{
    private readonly List<bool> told = [];
    private readonly List<string> asked = [];
    private string? offered = "v1";
    private HttpStatusCode listAnswer = HttpStatusCode.OK;
    private string items = "";

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta2")]
    [InlineData("v1beta1")]
    [InlineData("v1alpha3")]
    public async Task Devices_of_the_driver_on_this_node_are_its_own_in_whichever_version_they_are_told(string version)
    {
        offered = version;
        items = """{"metadata":{"name":"a"},"spec":{"driver":"gpu.nvidia.com","nodeName":"node-1","devices":[{"name":"gpu-0"}]}}""";

        await LookAsync();

        Assert.Equal([true], told);
        Assert.Contains(asked, path => path.Contains($"/{version}/resourceslices", StringComparison.Ordinal)
            && Uri.UnescapeDataString(path).Contains("fieldSelector=spec.nodeName=node-1,spec.driver=gpu.nvidia.com", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"metadata":{"name":"counters"},"spec":{"driver":"gpu.nvidia.com","nodeName":"node-1"}}""")]
    public async Task No_slice_and_one_without_devices_own_nothing(string slices)
    {
        items = slices;

        await LookAsync();

        Assert.Equal([false], told);
    }

    [Fact]
    public async Task A_server_that_knows_no_such_drivers_has_none()
    {
        offered = null;

        await LookAsync();

        Assert.Equal([false], told);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task A_look_that_fails_says_nothing(HttpStatusCode answer)
    {
        listAnswer = answer;

        await LookAsync();

        Assert.Empty(told);
    }

    [Fact]
    public async Task A_server_that_was_upgraded_past_the_version_is_asked_which_it_offers()
    {
        offered = "v1beta1";
        var watch = Watch();
        await watch.LookAsync(default);
        offered = "v1";

        await watch.LookAsync(default);
        await watch.LookAsync(default);

        Assert.Equal([false, false], told);
        Assert.EndsWith("driver%3Dgpu.nvidia.com", asked[^1].Split('&')[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("/v1/resourceslices", asked[^1]);
    }

    private Task LookAsync() => Watch().LookAsync(default);

    private DraWatch Watch() => new(
        new KubeClient(new HttpClient(new Server(this)) { BaseAddress = new Uri("http://in-memory/") }), "node-1", told.Add, TimeProvider.System, NullLogger.Instance);

    private sealed class Server(DraWatchTests test) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            test.asked.Add(request.RequestUri!.PathAndQuery);
            var version = request.RequestUri.AbsolutePath.Split('/')[3];
            return Task.FromResult(
                version != test.offered ? Answer(HttpStatusCode.NotFound, """{"kind":"Status","reason":"NotFound","code":404}""")
                : request.RequestUri.AbsolutePath.EndsWith("/resourceslices", StringComparison.Ordinal) ? Answer(test.listAnswer, $$"""{"metadata":{"resourceVersion":"1"},"items":[{{test.items}}]}""")
                : Answer(HttpStatusCode.OK, """{"resources":[{"name":"resourceslices"}]}"""));
        }

        private static HttpResponseMessage Answer(HttpStatusCode code, string body) => new(code) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
    }
}
