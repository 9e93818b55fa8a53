using System.Text;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Files that another process reads at any moment, and that a crash leaves either old or new.</summary>
internal static class WholeFile
{
    /// <summary>Its text; <see langword="null"/> where there is no such file.</summary>
    /// <exception cref="IOException">It is there and cannot be read. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Writes it; after the call it is on the disk. Makes the folder where it is missing.</summary>
    /// <exception cref="IOException">It cannot be written; the old is still there. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".new";
        using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Removes it; that it is gone already is no error.</summary>
    /// <exception cref="IOException">It cannot be removed. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static void Remove(string path)
    {
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }
}
