using System.Text.Json.Nodes;
using Nos.Scheduling.Tests.Cli;

namespace Nos.Scheduling.Tests.Manifests;

public sealed class KustomizationTests
{
    private static readonly string Manifests = Repository.FullPath("manifests");

    public static TheoryData<string> Kustomizations => [.. Paths];

    private static IEnumerable<string> Paths =>
        Directory.GetFiles(Manifests, "kustomization.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file));

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public void Everything_it_names_is_there(string path) =>
        Assert.All(Named(path), named => Assert.True(File.Exists(named) || File.Exists(Path.Combine(named, "kustomization.yaml")), $"{path} names {named}"));

    [Fact]
    public void No_file_is_forgotten()
    {
        var named = Paths.SelectMany(Named).ToHashSet(StringComparer.Ordinal);
        var files = Directory.GetFiles(Manifests, "*.yaml", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "kustomization.yaml");

        Assert.All(files, file => Assert.Contains(file, named));
    }

    [Fact]
    public void The_base_needs_nothing_that_kustomize_learnt_after_kubectl_1_20() =>
        Assert.All(
            ["manifests/base/kustomization.yaml", "manifests/crds/kustomization.yaml"],
            path => Assert.Equal(["apiVersion", "kind", "resources"], YamlReading.Document(Repository.Text(path)).Select(entry => entry.Key)));

    private static IEnumerable<string> Named(string kustomization)
    {
        var folder = Path.GetDirectoryName(Repository.FullPath(kustomization))!;
        var document = YamlReading.Document(Repository.Text(kustomization));
        IEnumerable<string> names =
        [
            .. Texts(document["resources"]),
            .. Texts(document["components"]),
            .. (document["configMapGenerator"]?.AsArray() ?? []).SelectMany(map => Texts(map!["files"])),
            .. (document["patches"]?.AsArray() ?? []).Select(patch => (string?)patch!["path"]).OfType<string>(),
        ];
        return names.Select(name => Path.GetFullPath(Path.Combine(folder, name)));
    }

    private static IEnumerable<string> Texts(JsonNode? list) => list?.AsArray().Select(item => (string)item!) ?? [];
}
