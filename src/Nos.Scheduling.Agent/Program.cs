using Nos.Scheduling.Agent;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Cluster.Flags;

var outcome = AgentCommandLine.Read(args, Environment.GetEnvironmentVariable, File.ReadAllText, File.Exists);
return await ProgramRun.RunAsync(outcome, Console.Out, Console.Error, AgentProcess.RunAsync);
