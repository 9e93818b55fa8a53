namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>An entry of a kubeconfig, and the file that it came from: relative paths in it are relative to that file.</summary>
/// <param name="File">The file.</param>
/// <param name="Name">The entry's name.</param>
/// <param name="Value">What it says.</param>
internal readonly record struct FiledEntry<T>(string File, string Name, T Value)
{
    /// <summary>PEM text from a field that holds it in base64, or from the file that another field names.</summary>
    /// <param name="kind"><c>cluster</c> or <c>user</c>, for messages.</param>
    /// <param name="field">The field that names a file; that with the content has <c>-data</c> behind it.</param>
    /// <param name="data">The content, base64.</param>
    /// <param name="path">The file's path.</param>
    /// <returns><see langword="null"/> where neither says anything.</returns>
    /// <exception cref="KubeConfigException">It can't be read.</exception>
    public string? Text(string kind, string field, string? data, string? path)
    {
        if (!string.IsNullOrWhiteSpace(data))
        {
            try
            {
                return System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(data));
            }
            catch (FormatException failure)
            {
                throw new KubeConfigException(
                    $"{File}: {field}-data of {kind} '{Name}' is not base64; write the output of 'base64 -w0 FILE' there, or name the file in {field}", failure);
            }
        }

        if (string.IsNullOrWhiteSpace(path))
        {
            return null;
        }

        var full = Resolve(path);
        try
        {
            return System.IO.File.ReadAllText(full);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{File}: {field} of {kind} '{Name}' names {full}, which can't be read ({failure.Message}); correct the path", failure);
        }
    }

    /// <summary>A path as it is meant in this file.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Path.GetDirectoryName(Path.GetFullPath(File))!);
}
