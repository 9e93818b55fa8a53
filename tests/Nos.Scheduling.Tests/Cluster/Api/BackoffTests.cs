using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(2, 0.4)]
    [InlineData(5, 3.2)]
    [InlineData(7, 10)]
    [InlineData(int.MaxValue, 10)]
    public void Doubles_up_to_ten_seconds_and_takes_at_least_half_of_it(int failures, double full)
    {
        Assert.Equal(full, Backoff.Delay(failures, 1).TotalSeconds, 6);
        Assert.Equal(full / 2, Backoff.Delay(failures, 0).TotalSeconds, 6);
    }
}
