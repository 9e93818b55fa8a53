using System.Text.Json;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>The supervisor's word to the agent, by files.</summary>
internal static class StateFile
{
    /// <summary>How old the sign of life may be; the supervisor gives several a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What the supervisor saw of a GPU; <see langword="null"/> where it has said nothing, or nothing that can be read.</summary>
    public static DaemonState? Read(MpsFolder gpu)
    {
        try
        {
            return WholeFile.Read(gpu.State) is { } text ? JsonSerializer.Deserialize(text, MpsJson.Default.DaemonState) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Says it.</summary>
    /// <exception cref="IOException">It cannot be written. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static void Write(MpsFolder gpu, DaemonState state) => WholeFile.Write(gpu.State, JsonSerializer.Serialize(state, MpsJson.Default.DaemonState));

    /// <summary>A sign of life of the supervisor.</summary>
    /// <exception cref="IOException">It cannot be given. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static void SignLife(string root, DateTimeOffset now)
    {
        File.WriteAllText(LifeOf(root), "");
        File.SetLastWriteTimeUtc(LifeOf(root), now.UtcDateTime);
    }

    /// <summary>The supervisor ends.</summary>
    /// <exception cref="IOException">It cannot be said. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public static void EndLife(string root) => WholeFile.Remove(LifeOf(root));

    /// <summary>Whether a supervisor works here.</summary>
    public static bool IsAlive(string root, DateTimeOffset now) => File.Exists(LifeOf(root)) && now.UtcDateTime - File.GetLastWriteTimeUtc(LifeOf(root)) < Patience;

    private static string LifeOf(string root) => Path.Combine(root, "supervisor");
}
