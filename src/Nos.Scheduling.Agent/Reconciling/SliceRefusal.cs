using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>An entry of the spec that is not carried out.</summary>
/// <param name="Gpu">The GPU's index as the spec writes it; there may be no such GPU.</param>
/// <param name="Entry">The entry as written.</param>
/// <param name="Message">Why not, and where it can be said, what to write instead.</param>
internal sealed record SliceRefusal(int Gpu, SliceSpec Entry, string Message);
