namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of one slice of a pod.</summary>
/// <param name="Containers">Who uses it, by name.</param>
/// <param name="Gpu">The GPU's index.</param>
/// <param name="Shape">What and where, <c>1g.10gb@6</c> or <c>10gb#1</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Resource">What it is advertised as.</param>
/// <param name="IsReuse">Whether a free slice is taken over; else it is made.</param>
/// <param name="Destroyed">The free slices that go for it, as shapes.</param>
/// <param name="Before">The GPU drawn before.</param>
/// <param name="After">The GPU drawn after.</param>
internal sealed record PlannedSliceView(
    IReadOnlyList<string> Containers, int Gpu, string Shape, string Id, string Resource, bool IsReuse, IReadOnlyList<string> Destroyed, string Before, string After);
