using System.Text;
using Nos.Scheduling.Agent.DevicePlugin.Serving;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class HeaderBlocksTests
{
    private const string Path = "/var/lib/kubelet/device-plugins/nos-nvidia.com_mig-1g.10gb.sock";

    [Fact]
    public void The_authority_becomes_one_that_kestrel_takes_and_all_else_stays()
    {
        byte[] before = [0x83, 0x86, 0x41, (byte)Path.Length, .. Encoding.ASCII.GetBytes(Path), 0x40, 0x02, .. "te"u8, 0x08, .. "trailers"u8];

        Assert.Equal([0x83, 0x86, 0x41, 0x09, .. "localhost"u8, 0x40, 0x02, .. "te"u8, 0x08, .. "trailers"u8], HeaderBlocks.WithLocalAuthority(before));
    }

    [Fact]
    public void A_value_with_a_length_of_two_bytes_is_found_to_its_end()
    {
        var longer = new string('x', 200);
        byte[] before = [0x41, 0x7f, 200 - 127, .. Encoding.ASCII.GetBytes(longer), 0xbe];

        Assert.Equal([0x41, 0x09, .. "localhost"u8, 0xbe], HeaderBlocks.WithLocalAuthority(before));
    }

    [Theory]
    [InlineData("838644")]
    [InlineData("3fe11f83")]
    [InlineData("41ff")]
    [InlineData("4105616263")]
    [InlineData("")]
    public void What_has_no_authority_or_cannot_be_read_stays_as_it_is(string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(HeaderBlocks.WithLocalAuthority(Convert.FromHexString(hex))));
}
