namespace Nos.Scheduling.Server.Admission;

/// <summary>What was asked for, as paths write it.</summary>
/// <param name="Resource">Such as <c>pods</c>.</param>
internal sealed record AdmissionResource(string? Resource);
