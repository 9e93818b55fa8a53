using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>One node in two snapshots that follow each other.</summary>
/// <param name="Before">Before; <see langword="null"/> where it was not known.</param>
/// <param name="After">After; <see langword="null"/> where it is gone.</param>
/// <param name="Name">Its name.</param>
public readonly record struct NodeChange(Node? Before, Node? After, string Name);
