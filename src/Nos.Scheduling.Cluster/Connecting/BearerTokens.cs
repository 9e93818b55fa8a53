using System.Buffers.Text;
using System.Text.Json;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Connecting;

/// <summary>The bearer token of the moment. Kubelet rotates service account tokens by replacing their file.</summary>
internal sealed class BearerTokens
{
    /// <summary>
    /// Files are read anew rather than looked at for changes: kubelet replaces a folder above them, which their own times don't show.
    /// </summary>
    private static readonly TimeSpan RereadInterval = TimeSpan.FromSeconds(10);

    private readonly string? file;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private string? token;
    private long readAt;

    /// <exception cref="KubeConfigException">There is a file, it can't be read, and there is no other token.</exception>
    public BearerTokens(ConnectionSettings settings, TimeProvider time)
    {
        (file, token, this.time) = (settings.TokenFile, settings.Token, time);
        if (file is null)
        {
            return;
        }

        try
        {
            Reread();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException && token is not null)
        {
            // The other token serves until the file is there.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"{settings.Source}: the token file {file} can't be read ({failure.Message}); correct its path or its rights", failure);
        }
    }

    /// <summary>The token; <see langword="null"/> where there is none.</summary>
    /// <param name="isRefused">Whether the server refused the one given before: then the file is read at once.</param>
    public string? Current(bool isRefused = false)
    {
        lock (gate)
        {
            if (file is not null && (isRefused || time.GetElapsedTime(readAt) >= RereadInterval))
            {
                try
                {
                    Reread();
                }
                catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
                {
                    // In the middle of being replaced; the old one is good for a while.
                }
            }

            return token;
        }
    }

    /// <summary>The subject of a JSON web token; <see langword="null"/> for tokens of other kinds.</summary>
    public static string? SubjectOf(string? token)
    {
        if (token?.Split('.') is not [_, var claims, _])
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(claims), ApiJson.Default.TokenClaims)?.Sub;
        }
        catch (Exception other) when (other is FormatException or JsonException)
        {
            return null;
        }
    }

    private void Reread()
    {
        readAt = time.GetTimestamp();
        token = File.ReadAllText(file!).Trim() is { Length: > 0 } read ? read : token;
    }
}
