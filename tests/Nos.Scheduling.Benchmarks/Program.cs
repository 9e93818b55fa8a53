using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Nos.Scheduling.Benchmarks;

const string Usage = """
    usage: dotnet run -c Release --project tests/Nos.Scheduling.Benchmarks -- VERB [--record]

      decisions   one filter and one ranking over 5,000 nodes x 8 GPUs, without HTTP (BenchmarkDotNet)
      filter      filter calls with 5,000 node names over plain loopback HTTP, answered by the server as a process of its own
      memory      the server with 5,000 embedded nodes and 20,000 pods: anonymous memory after filter calls and a pause

      --record    writes the figures into limits.json (filter and memory; those of decisions are BenchmarkDotNet's own report)
    """;

var record = args.Contains("--record");
switch (args.FirstOrDefault(argument => !argument.StartsWith('-')))
{
    case "decisions":
        // In this process: building one anew per benchmark takes minutes and a package feed.
        BenchmarkRunner.Run<DecisionBenchmarks>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts")));
        return 0;
    case "filter":
        await FilterRun.RunAsync(record);
        return 0;
    case "memory":
        await MemoryRun.RunAsync(record);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return args.Contains("--help") ? 0 : 2;
}
