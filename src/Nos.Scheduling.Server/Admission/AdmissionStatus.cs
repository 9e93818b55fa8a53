namespace Nos.Scheduling.Server.Admission;

/// <summary>Why an object is not let in.</summary>
/// <param name="Code">400 where the request is wrong in itself, 403 where its author may not do that, 503 where nobody can tell now.</param>
/// <param name="Reason">The same in a word: <c>BadRequest</c>, <c>Forbidden</c> or <c>ServiceUnavailable</c>.</param>
/// <param name="Message">One sentence that says what to write instead.</param>
internal sealed record AdmissionStatus(int Code, string Reason, string Message);
