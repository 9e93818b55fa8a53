namespace Nos.Scheduling.Server.Composition;

/// <summary>Who this process is.</summary>
/// <param name="UserName">Its user name at the API server; <see langword="null"/> where it is unknown: then nobody may write our keys.</param>
/// <param name="Pod">The name of its pod, if it runs in one.</param>
/// <param name="Holder">Its name in the election: no other process has it, nor an earlier one of the same pod.</param>
internal sealed record ServerIdentity(string? UserName, string Pod, string Holder)
{
    /// <summary>From this process's surroundings: <c>$POD_NAME</c>, else the host's name, which in a pod is the pod's.</summary>
    /// <param name="userName">Its user name at the API server.</param>
    internal static ServerIdentity OfThisProcess(string? userName) => new(
        userName,
        Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } pod ? pod : Environment.MachineName.ToLowerInvariant(),
        $"{Environment.MachineName}_{Guid.NewGuid()}");
}
