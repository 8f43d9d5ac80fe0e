using System.Globalization;
using System.Text;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Events;

public sealed class ContainerAddressesTests
{
    private readonly ContainerAddresses _addresses = new();

    [Fact]
    public void Each_container_has_its_own()
    {
        _addresses.Of("web").Add(InetAddress.Parse("172.17.0.2"));
        _addresses.Of("shop").Add(InetAddress.Parse("172.17.0.3"));
        _addresses.Of("web").Add(InetAddress.Parse("127.0.0.1"));

        Assert.Equal("""["172.17.0.2"]""", Encoding.UTF8.GetString(_addresses.Of("web").Json));
        Assert.Equal("""["172.17.0.3"]""", Encoding.UTF8.GetString(_addresses.Of("shop").Json));
    }

    [Fact]
    public void The_oldest_container_is_forgotten_first()
    {
        for (int number = 0; number <= ContainerAddresses.Most; number++)
        {
            _addresses.Of(number.ToString(CultureInfo.InvariantCulture)).Add(InetAddress.Parse("172.17.0.2"));
        }

        Assert.Equal((1, 0), (_addresses.Of("1").Count, _addresses.Of("0").Count));
    }
}
