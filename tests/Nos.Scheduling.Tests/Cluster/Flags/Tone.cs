namespace Nos.Scheduling.Tests.Cluster.Flags;

internal enum Tone
{
    Auto,
    Dark,
    Light,
}
