using System.Reflection;
using Nos.Scheduling.Cli.Crds;

namespace Nos.Scheduling.Tests.Manifests;

public sealed class GeneratedFilesTests
{
    [Fact]
    public async Task The_generated_files_are_what_the_program_prints_today()
    {
        var fresh = Directory.CreateTempSubdirectory("nos-manifests-").FullName;
        try
        {
            var program = Path.Combine(AppContext.BaseDirectory, typeof(CrdDocuments).Assembly.GetName().Name + ".dll");
            var run = await Repository.Run("manifests/generate.sh", [fresh], ("NOS", $"{DotnetHost} {program}"));
            Assert.True(run.ExitCode == 0, run.Error);

            var files = Directory.GetFiles(fresh, "*", SearchOption.AllDirectories);
            Assert.Equal(4, files.Length);
            Assert.All(files, file => Assert.Equal(
                File.ReadAllText(file),
                Repository.Text(Path.Combine("manifests", Path.GetRelativePath(fresh, file)))));
        }
        finally
        {
            Directory.Delete(fresh, recursive: true);
        }
    }

    private static string DotnetHost { get; } =
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).GetTypeInfo().Assembly.Location)!, "..", "..", "..", "dotnet"));
}
