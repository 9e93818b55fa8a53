namespace Nos.Scheduling.Fitting;

/// <summary>Which of a pod's slices a container uses.</summary>
/// <param name="Container">The container's name.</param>
/// <param name="Request">The place in <see cref="PodDemand.Slices"/>; an init container and a later one may share it.</param>
public readonly record struct ContainerShare(string Container, int Request);
