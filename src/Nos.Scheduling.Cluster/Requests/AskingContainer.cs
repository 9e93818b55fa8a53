using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>A container, where it is and what it asks for.</summary>
/// <param name="Path">Its JSON pointer within the pod.</param>
/// <param name="Container">The container.</param>
/// <param name="Ask">What it asks for.</param>
internal sealed record AskingContainer(string Path, Container Container, ContainerAsk Ask);
