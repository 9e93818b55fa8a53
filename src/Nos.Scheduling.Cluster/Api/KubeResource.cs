using System.Text.Json.Serialization.Metadata;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>One kind of object as the API serves it: where it lives and how it is read.</summary>
/// <typeparam name="T">The document that its objects are read into.</typeparam>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, such as <c>v1</c>.</param>
/// <param name="Plural">The name in paths, such as <c>pods</c>.</param>
/// <param name="Kind">The kind, such as <c>Pod</c>.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
/// <param name="ObjectType">How one object is read.</param>
/// <param name="ListType">How a list of them is read.</param>
public sealed record KubeResource<T>(
    string Group,
    string Version,
    string Plural,
    string Kind,
    bool IsNamespaced,
    JsonTypeInfo<T> ObjectType,
    JsonTypeInfo<KubeList<T>> ListType)
    where T : class, IKubeDocument
{
    /// <summary>Group and version as objects carry them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The path of the collection, without leading slash. Without a namespace: all namespaces.</summary>
    public string CollectionPath(string? ns)
    {
        var root = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        return ns is null || !IsNamespaced ? $"{root}/{Plural}" : $"{root}/namespaces/{Uri.EscapeDataString(ns)}/{Plural}";
    }

    /// <summary>The path of one object, without leading slash.</summary>
    public string ObjectPath(string? ns, string name) => $"{CollectionPath(ns)}/{Uri.EscapeDataString(name)}";
}
