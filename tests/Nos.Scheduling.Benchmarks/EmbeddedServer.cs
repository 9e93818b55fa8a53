using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Nos.Scheduling.Benchmarks;

/// <summary>The server as a process of its own with 5,000 simulated nodes and 20,000 placed pods.</summary>
internal sealed class EmbeddedServer : IDisposable
{
    internal const string Nodes = "4600x8xNVIDIA-A100-SXM4-80GB:mig,400x8xNVIDIA-A10:mps";
    internal const int Pods = 20_000;
    private readonly Process process;

    private EmbeddedServer(Process process, Uri address, TimeSpan startup) => (this.process, Address, Startup) = (process, address, startup);

    internal Uri Address { get; }

    /// <summary>From the start of the process until its port answered ready.</summary>
    internal TimeSpan Startup { get; }

    /// <summary>Unit: MiB of anonymous memory, by the kernel's account.</summary>
    internal double AnonymousMiB => File.ReadLines($"/proc/{process.Id}/status")
        .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))
        .Select(line => double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024)
        .Single();

    internal TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    internal static async Task<EmbeddedServer> StartAsync()
    {
        var port = FreePort();
        var assembly = Path.Combine(AppContext.BaseDirectory, "Nos.Scheduling.Server.dll");
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "--embedded", "--embedded-nodes", Nodes, "--embedded-pods", $"{Pods}", "--listen", $"http://127.0.0.1:{port}"])
        {
            RedirectStandardOutput = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var address = new Uri($"http://127.0.0.1:{port}/");
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                if ((await http.GetAsync(new Uri(address, "readyz"))).IsSuccessStatusCode)
                {
                    return new EmbeddedServer(process, address, Stopwatch.GetElapsedTime(began));
                }
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                // Still populating.
            }

            await Task.Delay(100);
        }
    }

    /// <summary>Sends the same filter call again and again over one connection, as kube-scheduler does.</summary>
    /// <returns>Unit: milliseconds of each call, sorted.</returns>
    internal async Task<double[]> FilterAsync(int calls)
    {
        using var http = new HttpClient();
        var names = string.Join(',', Enumerable.Range(0, 5000).Select(index => index < 4600 ? $"\"mig-{index}\"" : $"\"mps-{index - 4600}\""));
        var body = Encoding.UTF8.GetBytes(
            "{\"Pod\":{\"metadata\":{\"name\":\"p\",\"namespace\":\"team-a\",\"uid\":\"u\"},\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":{\"limits\":{\"nvidia.com/mig-3g.40gb\":\"1\"}}}]}},\"Nodes\":null,\"NodeNames\":["
            + names + "]}");
        var times = new double[calls];
        for (var call = 0; call < calls; call++)
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.PostAsync(new Uri(Address, "scheduler/filter"), content);
            var reply = await answer.Content.ReadAsByteArrayAsync();
            times[call] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (!answer.IsSuccessStatusCode || reply.Length < 10_000)
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {Encoding.UTF8.GetString(reply)}");
            }
        }

        Array.Sort(times);
        return times;
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
