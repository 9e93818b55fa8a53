using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>What several kubeconfig files say together: of two that say the same thing differently the first is right.</summary>
internal sealed class MergedKubeConfig
{
    private readonly string source;
    private readonly Dictionary<string, FiledEntry<KubeConfigDocument.ContextEntry>> contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FiledEntry<ClusterEntry>> clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FiledEntry<UserEntry>> users = new(StringComparer.Ordinal);
    private string? currentContext;

    private MergedKubeConfig(string source) => this.source = source;

    /// <summary>Reads one file, or several separated by <c>:</c>.</summary>
    public static MergedKubeConfig Read(string path)
    {
        var files = File.Exists(path) ? [path] : path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var merged = new MergedKubeConfig(files.Length == 1 ? files[0] : path);
        var found = Array.FindAll(files, file => files.Length == 1 || File.Exists(file));
        if (found.Length == 0)
        {
            throw new KubeConfigException($"{path}: there is no such file; name a kubeconfig that exists");
        }

        foreach (var file in found)
        {
            merged.Add(file, Parse(file));
        }

        return merged;
    }

    /// <summary>What one context says.</summary>
    /// <param name="context">The context; <see langword="null"/> for the current one.</param>
    public ConnectionSettings Resolve(string? context)
    {
        var name = context ?? currentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new KubeConfigException($"{source}: it has no current-context; write 'current-context: NAME' with one of: {Names(contexts.Keys)}");
        }

        var chosen = Find(contexts, name, context is null ? "current-context" : "the context that was asked for", "context");
        var cluster = Find(clusters, chosen.Value.Cluster ?? "", $"context '{name}'", "cluster");
        var user = string.IsNullOrEmpty(chosen.Value.User)
            ? new FiledEntry<UserEntry>(chosen.File, "", new UserEntry())
            : Find(users, chosen.Value.User, $"context '{name}'", "user");
        return EntryReading.Combine(name, cluster, user) with { Namespace = chosen.Value.Namespace is { Length: > 0 } ns ? ns : null };
    }

    private static KubeConfigDocument Parse(string file)
    {
        try
        {
            var reader = new DeserializerBuilder().WithNamingConvention(YamlDotNet.Serialization.NamingConventions.CamelCaseNamingConvention.Instance).IgnoreUnmatchedProperties().Build();
            return reader.Deserialize<KubeConfigDocument?>(File.ReadAllText(file))
                ?? throw new KubeConfigException($"{file}: it is empty; write a kubeconfig there ('kubectl config view --minify --flatten' prints one)");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KubeConfigException($"{file}: there is no such file; name a kubeconfig that exists", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{file}: it can't be read ({failure.Message}); make it readable for this user or name another one", failure);
        }
        catch (YamlException failure)
        {
            throw new KubeConfigException(
                $"{file}: it is no kubeconfig, line {failure.Start.Line}: {(failure.InnerException ?? failure).Message}; 'kubectl config view --minify --flatten' prints what one looks like",
                failure);
        }
    }

    private void Add(string file, KubeConfigDocument document)
    {
        currentContext ??= document.CurrentContext is { Length: > 0 } current ? current : null;
        foreach (var entry in document.Contexts ?? [])
        {
            Add(contexts, file, entry?.Name, entry?.Context);
        }

        foreach (var entry in document.Clusters ?? [])
        {
            Add(clusters, file, entry?.Name, entry?.Cluster);
        }

        foreach (var entry in document.Users ?? [])
        {
            Add(users, file, entry?.Name, entry?.User);
        }
    }

    private static void Add<T>(Dictionary<string, FiledEntry<T>> entries, string file, string? name, T? value)
        where T : new()
    {
        if (!string.IsNullOrEmpty(name))
        {
            entries.TryAdd(name, new FiledEntry<T>(file, name, value ?? new T()));
        }
    }

    private FiledEntry<T> Find<T>(Dictionary<string, FiledEntry<T>> entries, string name, string where, string kind) =>
        entries.TryGetValue(name, out var found)
            ? found
            : throw new KubeConfigException($"{source}: {where} names the {kind} '{name}', which is not there; name one of: {Names(entries.Keys)}");

    private static string Names(ICollection<string> names) => names.Count == 0 ? "(there are none)" : string.Join(", ", names.Order(StringComparer.Ordinal));
}
