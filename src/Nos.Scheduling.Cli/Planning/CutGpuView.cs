namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is told of a GPU that is cut.</summary>
/// <param name="Index">Its index.</param>
/// <param name="Before">Drawn before.</param>
/// <param name="After">Drawn after all pods are there.</param>
/// <param name="Destroyed">Free slices that go, as shapes.</param>
/// <param name="Created">Slices that come, as shapes.</param>
internal sealed record CutGpuView(int Index, string Before, string After, IReadOnlyList<string> Destroyed, IReadOnlyList<string> Created);
