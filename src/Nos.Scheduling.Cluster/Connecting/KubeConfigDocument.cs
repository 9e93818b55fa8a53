using YamlDotNet.Serialization;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>One kubeconfig file, as far as it is read. Unknown fields are passed over.</summary>
internal sealed class KubeConfigDocument
{
    /// <summary>The context to use.</summary>
    [YamlMember(Alias = "current-context", ApplyNamingConventions = false)]
    public string? CurrentContext { get; set; }

    /// <summary>Pairs of cluster and user.</summary>
    public List<NamedContext?>? Contexts { get; set; }

    /// <summary>API servers.</summary>
    public List<NamedCluster?>? Clusters { get; set; }

    /// <summary>Identities.</summary>
    public List<NamedUser?>? Users { get; set; }

    /// <summary>A context and its name.</summary>
    internal sealed class NamedContext
    {
        /// <summary>Its name.</summary>
        public string? Name { get; set; }

        /// <summary>What it is.</summary>
        public ContextEntry? Context { get; set; }
    }

    /// <summary>A cluster and its name.</summary>
    internal sealed class NamedCluster
    {
        /// <summary>Its name.</summary>
        public string? Name { get; set; }

        /// <summary>What it is.</summary>
        public ClusterEntry? Cluster { get; set; }
    }

    /// <summary>A user and his name.</summary>
    internal sealed class NamedUser
    {
        /// <summary>His name in this file; the server may know him by another one.</summary>
        public string? Name { get; set; }

        /// <summary>How he logs in.</summary>
        public UserEntry? User { get; set; }
    }

    /// <summary>Who to be where.</summary>
    internal sealed class ContextEntry
    {
        /// <summary>Name of the cluster.</summary>
        public string? Cluster { get; set; }

        /// <summary>Name of the user; empty for nobody in particular.</summary>
        public string? User { get; set; }

        /// <summary>The namespace that is meant where none is said.</summary>
        public string? Namespace { get; set; }
    }
}
