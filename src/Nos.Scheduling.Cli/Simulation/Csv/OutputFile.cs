using System.IO.Compression;

namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>A file that appears whole or not at all: written beside its place, and moved there by <see cref="Keep"/>. Names ending in <c>.gz</c> are compressed.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string path;
    private readonly string? draft;
    private readonly StreamWriter writer;

    /// <summary>Begins the file.</summary>
    /// <exception cref="BadInputException">Nothing can be written there.</exception>
    internal OutputFile(string path)
    {
        this.path = path;
        // A device such as /dev/stdout is written as it is: moving a file there would replace it.
        draft = path.StartsWith("/dev/", StringComparison.Ordinal) ? null : $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            Stream file = new FileStream(draft ?? path, draft is null ? FileMode.Open : FileMode.CreateNew, FileAccess.Write);
            writer = new StreamWriter(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionLevel.Optimal) : file) { NewLine = "\n" };
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"{path} cannot be written: {failure.Message}", failure);
        }
    }

    /// <summary>Where to write.</summary>
    internal TextWriter Text => writer;

    /// <summary>Moves what was written to its place.</summary>
    internal void Keep()
    {
        writer.Dispose();
        if (draft is not null)
        {
            File.Move(draft, path, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        if (draft is not null)
        {
            File.Delete(draft);
        }
    }
}
