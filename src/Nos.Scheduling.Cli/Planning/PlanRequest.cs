using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>What is to be planned, and how it is to be told.</summary>
/// <param name="Documents">What the files say.</param>
/// <param name="GivenNamespace">The namespace that was given; <see langword="null"/> where none was.</param>
/// <param name="DefaultNamespace">That of pods that name none, where none was given.</param>
/// <param name="Policy">By what a place is preferred.</param>
/// <param name="Settings">As the server's webhook is set.</param>
/// <param name="Format"><c>table</c>, <c>json</c> or <c>yaml</c>.</param>
internal sealed record PlanRequest(
    IReadOnlyList<InputDocument> Documents, string? GivenNamespace, string DefaultNamespace, PlacementPolicy Policy, AdmissionSettings Settings, string Format)
{
    /// <summary>The namespace that the pods go to.</summary>
    /// <exception cref="BadInputException">The document names another one than was given, which kubectl refuses as well.</exception>
    internal string NamespaceOf(PodSource source) =>
        GivenNamespace is { } given && source.Namespace is { } named && given != named
            ? throw source.Document.Wrong("metadata.namespace", $"it says {named}, but -n says {given}; leave one of them out.")
            : source.Namespace ?? GivenNamespace ?? DefaultNamespace;
}
