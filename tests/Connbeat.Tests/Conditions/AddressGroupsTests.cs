using Connbeat.Conditions;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Tests.Conditions;

public sealed class AddressGroupsTests
{
    [Theory]
    [InlineData("127.0.0.1", "Loopback")]
    [InlineData("127.255.0.9", "Loopback")]
    [InlineData("::1", "Loopback")]
    [InlineData("0.0.0.0", "Unspecified")]
    [InlineData("::", "Unspecified")]
    [InlineData("10.0.0.1", "Private GlobalUnicast")]
    [InlineData("172.16.0.1", "Private GlobalUnicast")]
    [InlineData("172.31.255.255", "Private GlobalUnicast")]
    [InlineData("172.32.0.0", "Public GlobalUnicast")]
    [InlineData("192.168.7.1", "Private GlobalUnicast")]
    [InlineData("fd00::1", "Private GlobalUnicast")]
    [InlineData("fe00::1", "Public GlobalUnicast")]
    [InlineData("198.51.100.7", "Public GlobalUnicast")]
    [InlineData("2001:db8::1", "Public GlobalUnicast")]
    [InlineData("169.254.169.254", "LinkLocalUnicast")]
    [InlineData("fe80::1", "LinkLocalUnicast")]
    [InlineData("febf::1", "LinkLocalUnicast")]
    [InlineData("224.0.0.251", "LinkLocalMulticast Multicast")]
    [InlineData("224.0.1.1", "Multicast Public")]
    [InlineData("239.255.255.250", "Multicast Public")]
    [InlineData("ff01::1", "InterfaceLocalMulticast Multicast")]
    [InlineData("ff32::1", "LinkLocalMulticast Multicast")]
    [InlineData("ff0e::1", "Multicast Public")]
    [InlineData("255.255.255.255", "")]
    public void An_address_is_in_these_groups_and_no_others(string address, string groups) => Assert.Equal(
        groups.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(),
        Enum.GetValues<AddressGroup>().Where(group => AddressGroups.Of(group)(InetAddress.Parse(address)))
            .Select(group => group.ToString()).Order());
}
