namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What kube-scheduler asks for: this pod onto that node.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Name">The pod's name.</param>
/// <param name="Uid">The pod's uid; another pod of that name is not meant.</param>
/// <param name="Node">The node.</param>
public readonly record struct BindRequest(string Namespace, string Name, string Uid, string Node);
