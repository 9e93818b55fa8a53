namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class SchedulerConfigurationTests
{
    [Fact]
    public void What_is_missing_is_added()
    {
        var complete = SchedulerConfiguration.Complete("apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n", "/k", 1);

        Assert.Equal(
            """
            apiVersion: kubescheduler.config.k8s.io/v1
            kind: KubeSchedulerConfiguration
            clientConnection:
              kubeconfig: /k
            leaderElection:
              leaderElect: false

            """,
            complete);
    }

    [Fact]
    public void What_the_text_says_stays_but_for_the_placeholder()
    {
        const string Text = """
            apiVersion: kubescheduler.config.k8s.io/v1
            clientConnection:
              kubeconfig: @KUBECONFIG@
            leaderElection:
              leaderElect: true

            """;

        Assert.Equal(Text.Replace("@KUBECONFIG@", "/k", StringComparison.Ordinal), SchedulerConfiguration.Complete(Text, "/k", 1));
    }

    [Fact]
    public void An_old_scheduler_is_kept_on_loopback()
    {
        var complete = SchedulerConfiguration.Complete("apiVersion: kubescheduler.config.k8s.io/v1beta1\n", "/k", 4711);

        Assert.Contains("healthzBindAddress: 127.0.0.1:4711\nmetricsBindAddress: 127.0.0.1:4711\n", complete, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kubernetes v1.20.2", 1, 20, false)]
    [InlineData("Kubernetes v1.36.0-rc.1", 1, 36, true)]
    public void A_version_is_read_and_compared(string text, int major, int minor, bool isAtLeast125)
    {
        var version = KubernetesVersion.Parse(text);

        Assert.Equal(new KubernetesVersion(major, minor), version);
        Assert.Equal(isAtLeast125, version.AtLeast(1, 25));
    }
}
