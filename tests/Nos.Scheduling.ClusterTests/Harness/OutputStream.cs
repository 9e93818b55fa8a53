namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Which stream a child's line came from.</summary>
internal enum OutputStream
{
    Output,
    Error,
}
