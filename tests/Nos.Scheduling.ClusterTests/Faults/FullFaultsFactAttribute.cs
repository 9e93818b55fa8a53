namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>A test that only <c>tests/run.sh --full-faults</c> runs; elsewhere it is reported as skipped, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FullFaultsFactAttribute : FactAttribute
{
    /// <param name="why">Why not every run has it.</param>
    public FullFaultsFactAttribute(string why) => Skip = FaultRuns.AreFull ? null : $"{why} (--full-faults runs it)";
}
