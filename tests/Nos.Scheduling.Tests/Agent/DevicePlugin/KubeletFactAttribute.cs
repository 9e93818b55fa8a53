namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>A test against a real kubelet with containerd, where one runs; <c>tests/control-plane/README.md</c> says how to start it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubeletFactAttribute : FactAttribute
{
    public KubeletFactAttribute() => Skip = KubeletNode.IsThere ? null! : $"no kubelet: ${KubeletNode.Variable} is not set";
}
