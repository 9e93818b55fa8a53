namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A test that needs a real kubelet with containerd; skipped, with the reason, on a machine that cannot run one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KubeletFactAttribute : FactAttribute
{
    public KubeletFactAttribute() => Skip = KubeletPrograms.WhyNone()!;
}
