using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Server.Composition;
using Nos.Scheduling.Server.Options;

var outcome = ServerCommandLine.Read(args, Environment.GetEnvironmentVariable, File.ReadAllText, File.Exists);
return await ProgramRun.RunAsync(outcome, Console.Out, Console.Error, ServerProcess.RunAsync);
