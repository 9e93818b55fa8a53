namespace Nos.Scheduling.Cli.Status;

/// <summary>One node as <c>status</c> shows it.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Mode"><c>MIG</c>, <c>MPS</c>, or empty while nobody has said.</param>
/// <param name="Ready"><c>True</c>, <c>False</c> or <c>Unknown</c>, as the agent says; <c>Unknown</c> until it has reported.</param>
/// <param name="Why">Why it is not ready; <see langword="null"/> where it is or nothing tells.</param>
/// <param name="Gpus">Its GPUs by index; empty until the agent has reported.</param>
internal sealed record NodeView(string Name, string Mode, string Ready, string? Why, IReadOnlyList<GpuView> Gpus);
