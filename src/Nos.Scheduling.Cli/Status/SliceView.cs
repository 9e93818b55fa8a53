namespace Nos.Scheduling.Cli.Status;

/// <summary>One slice as <c>status</c> shows it.</summary>
/// <param name="Id">As in the GpuNode.</param>
/// <param name="Shape">The shape alone, <c>1g.10gb</c> or <c>10gb</c>.</param>
/// <param name="State">One of <see cref="Cluster.Documents.SliceStates"/>.</param>
/// <param name="Pod">Who uses it, <c>namespace/pod/container</c>; <see langword="null"/> where nobody or somebody unknown does.</param>
/// <param name="Message">What is wrong with it, or <see langword="null"/>.</param>
internal sealed record SliceView(string Id, string Shape, string State, string? Pod, string? Message);
