namespace Nos.Scheduling.Server.Admission;

/// <summary>What kind an object is.</summary>
/// <param name="Kind">Such as <c>Pod</c>.</param>
internal sealed record AdmissionKind(string? Kind);
