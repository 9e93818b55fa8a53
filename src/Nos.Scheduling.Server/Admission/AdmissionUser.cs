namespace Nos.Scheduling.Server.Admission;

/// <summary>Who asks.</summary>
/// <param name="Username">The user's name as the API server authenticated it.</param>
internal sealed record AdmissionUser(string? Username);
