using System.Net;
using System.Net.Sockets;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;

namespace Connbeat.Tests.Linux.Namespaces;

public sealed class NamespaceStatisticsTests
{
    [Fact]
    public void The_tests_own_sockets_are_counted_by_handles_that_were_opened_before_them()
    {
        using NamespaceStatistics statistics = new();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        using UdpClient bound = new(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Start();

        Assert.True(statistics.MayHave(Transport.Tcp));
        Assert.True(statistics.MayHave(Transport.Udp));
    }
}
