using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Nos.Scheduling.Benchmarks;

const string Usage = """
    usage: dotnet run -c Release --project tests/Nos.Scheduling.Benchmarks -- VERB [--record]

      decisions   one filter and one ranking over 5,000 nodes x 8 GPUs, without HTTP (BenchmarkDotNet)
      ranking     scoring all of 5,000 nodes x 8 GPUs at learned prices, without HTTP (BenchmarkDotNet)
      openb       how full the openb traces get and what a decision costs; NOS_TRACES names a folder with openb/ in it
      mig         how full MIG workloads get a cluster, beside first-fit; with NOS_TRACES also those in its mig/
      filter      filter calls with 5,000 node names over plain loopback HTTP, answered by the server as a process of its own
      memory      the server with 5,000 embedded nodes and 20,000 pods: anonymous memory after filter calls and a pause
      reclaim     whom to evict over 1,000 nodes x 8 GPUs that are all full, 1,000 quotas, with and without cpu to spare
      quotas      judging a pod, and taking and giving what it asks for, at 1,000 quotas and 100,000 pods

      --record    writes the figures into limits.json (those of decisions and ranking are BenchmarkDotNet's own report)
    """;

var record = args.Contains("--record");
switch (args.FirstOrDefault(argument => !argument.StartsWith('-')))
{
    case "decisions":
        // In this process: building one anew per benchmark takes minutes and a package feed.
        BenchmarkRunner.Run<DecisionBenchmarks>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts")));
        return 0;
    case "ranking":
        BenchmarkRunner.Run<RankingBenchmarks>(DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "artifacts")));
        return 0;
    case "openb" when Environment.GetEnvironmentVariable("NOS_TRACES") is { } folder:
        OpenbTraceRun.Run(Path.Combine(folder, "openb"), record);
        return 0;
    case "mig":
        MigTraceRun.Run(Environment.GetEnvironmentVariable("NOS_TRACES") is { } traces ? Path.Combine(traces, "mig") : null, record);
        return 0;
    case "filter":
        await FilterRun.RunAsync(record);
        return 0;
    case "memory":
        await MemoryRun.RunAsync(record);
        return 0;
    case "reclaim":
        ReclaimRun.Run(record);
        return 0;
    case "quotas":
        QuotaRun.Run(record);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return args.Contains("--help") ? 0 : 2;
}
