using System.Text;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Events;

public sealed class LocalAddressesTests
{
    [Fact]
    public void There_are_none_at_first() => Assert.Equal("[]", Json(new LocalAddresses()));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.53")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public void Loopback_and_any_are_left_out(string address)
    {
        LocalAddresses addresses = new();
        addresses.Add(InetAddress.Parse(address));

        Assert.Equal("[]", Json(addresses));
    }

    [Fact]
    public void Each_address_stands_once_and_a_mapped_one_is_dotted()
    {
        LocalAddresses addresses = new();
        addresses.Add(InetAddress.Parse("10.77.0.1"));
        addresses.Add(InetAddress.Parse("fd00::1"));
        addresses.Add(InetAddress.Parse("::ffff:10.77.0.1"));

        Assert.Equal("""["10.77.0.1","fd00::1"]""", Json(addresses));
    }

    [Fact]
    public void It_stops_growing_and_keeps_what_it_has()
    {
        LocalAddresses addresses = new();
        for (int i = 0; i < 2 * LocalAddresses.Most; i++)
        {
            addresses.Add(InetAddress.FromIPv4([10, 1, (byte)(i >> 8), (byte)i]));
        }

        Assert.Equal(LocalAddresses.Most, addresses.Count);
        Assert.StartsWith("""["10.1.0.0",""", Json(addresses), StringComparison.Ordinal);
        Assert.EndsWith("""
            "10.1.0.255"]
            """, Json(addresses), StringComparison.Ordinal);
    }

    private static string Json(LocalAddresses addresses) => Encoding.UTF8.GetString(addresses.Json);
}
