using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaQuantityTests
{
    [Theory]
    [InlineData("cpu", 0, "0")]
    [InlineData("cpu", 1, "1m")]
    [InlineData("cpu", 1500, "1500m")]
    [InlineData("cpu", 2000, "2")]
    [InlineData("cpu", long.MaxValue, "9223372036854775807m")]
    [InlineData("memory", 0, "0")]
    [InlineData("memory", 1000, "1000")]
    [InlineData("memory", 1024, "1Ki")]
    [InlineData("memory", 1536L << 20, "1536Mi")]
    [InlineData("memory", 16L << 30, "16Gi")]
    [InlineData("memory", (16L << 30) + 1, "17179869185")]
    [InlineData("memory", 4L << 60, "4Ei")]
    [InlineData("ephemeral-storage", 5L << 40, "5Ti")]
    [InlineData("hugepages-2Mi", 4L << 20, "4Mi")]
    [InlineData("pods", 1024, "1024")]
    [InlineData("nos.nebuly.com/gpu-memory", 1024, "1024")]
    [InlineData("nvidia.com/mig-1g.10gb", 3, "3")]
    public void Amounts_are_written_as_Kubernetes_writes_them_and_read_back_as_they_were(string resource, long amount, string text)
    {
        var quantity = QuotaQuantity.Of(resource, amount);

        Assert.Equal(text, quantity.ToString());
        Assert.Equal(amount, QuotaReading.Read(resource, quantity));
    }
}
