namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A step about one slice that did not succeed.</summary>
/// <param name="Message">What the driver said.</param>
/// <param name="Attempts">How often in a row; 1 or more.</param>
/// <param name="RetryAt">Before this instant it is not tried again.</param>
/// <param name="OwnerUid">For whom the slice was to be made; another owner is another try.</param>
internal sealed record SliceFailure(string Message, int Attempts, DateTimeOffset RetryAt, string? OwnerUid);
