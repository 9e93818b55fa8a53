namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of a node on which something is cut.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Gpus">The GPUs that change.</param>
internal sealed record CutNodeView(string Name, IReadOnlyList<CutGpuView> Gpus);
