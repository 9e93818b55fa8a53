using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Cli.Quotas;

public sealed class QuotaBarTests
{
    [Theory]
    [InlineData(10L, 20L, 5, 0, "[#####.....|          ]")]
    [InlineData(10L, 20L, 4, 2, "[####==....|          ]")]
    [InlineData(10L, 20L, 15, 0, "[##########|+++++     ]")]
    [InlineData(10L, 20L, 20, 0, "[##########|++++++++++]")]
    [InlineData(10L, 20L, 0, 0, "[..........|          ]")]
    [InlineData(10L, null, 5, 0, "[##########..........|>")]
    [InlineData(10L, null, 40, 0, "[#####|+++++++++++++++>")]
    [InlineData(10L, 20L, 40, 0, "[#####|+++++++++++++++!")]
    [InlineData(null, 20L, 5, 0, "[#####               ]")]
    [InlineData(null, null, 0, 0, "[                    >")]
    [InlineData(0L, 20L, 10, 0, "[|++++++++++          ]")]
    [InlineData(0L, 0L, 0, 0, "[|                    ]")]
    public void Assigned_is_drawn_against_min_and_max(long? min, long? max, long assigned, long lent, string expected) =>
        Assert.Equal(expected, QuotaBar.Draw(Balance(min, max, assigned, lent)));

    [Theory]
    [InlineData(40L, 39, "[###################.|>")]
    [InlineData(1000L, 1, "[#...................|>")]
    [InlineData(1000L, 999, "[###################.|>")]
    [InlineData(long.MaxValue, long.MaxValue - 1, "[###################.|>")]
    public void What_looks_full_is_full_and_what_there_is_shows(long? min, long assigned, string expected) =>
        Assert.Equal(expected, QuotaBar.Draw(Balance(min, null, assigned, 0)));

    private static QuotaBalance Balance(long? min, long? max, long assigned, long lent) =>
        new("gpu", min, max, assigned, Math.Max(0, assigned - min ?? 0), lent, 0);
}
