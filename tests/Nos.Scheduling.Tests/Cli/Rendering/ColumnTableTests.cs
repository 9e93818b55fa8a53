using Nos.Scheduling.Cli.Rendering;

namespace Nos.Scheduling.Tests.Cli.Rendering;

public sealed class ColumnTableTests
{
    [Theory]
    [InlineData(11, "A    BB CCC|1    2  3|wide", "")]
    [InlineData(10, "A    CCC|1    3|wide", "BB")]
    [InlineData(7, "A|1|wide", "BB CCC")]
    [InlineData(1, "A|1|wide", "BB CCC")]
    public void Columns_are_left_out_until_the_lines_fit_and_the_rest_stays(int width, string lines, string left)
    {
        var table = new ColumnTable("A", "BB", "CCC");
        table.Add("1", "2", "3");
        table.Add("wide", "", "");
        using var output = new StringWriter { NewLine = "|" };

        Assert.Equal(left, string.Join(' ', table.Write(width, ["BB", "CCC"], output)));
        Assert.Equal(lines + "|", output.ToString());
    }
}
