using System.Text;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Events;

public sealed class RecentCommunityIdsTests
{
    [Fact]
    public void Each_flow_has_its_id_whatever_was_told_before()
    {
        RecentCommunityIds recent = new();
        InetTuple[] flows =
        [
            .. Enumerable.Range(1, 3000).Select(port => Tuple("192.0.2.17", port, "198.51.100.7", 443)),
            .. Enumerable.Range(1, 300).Select(port => Tuple("2001:db8::1", port, "2001:db8::2", port)),
        ];

        for (int round = 0; round < 2; round++)
        {
            foreach (InetTuple flow in flows)
            {
                foreach (Transport transport in (Transport[])[Transport.Tcp, Transport.Udp])
                {
                    string id = CommunityId.Of(transport, flow);
                    Assert.Equal(id, Encoding.ASCII.GetString(recent.Of(transport, flow)));
                    Assert.Equal(id, Encoding.ASCII.GetString(recent.Of(transport, flow.Reversed)));
                }
            }
        }
    }

    [Fact]
    public void A_flow_of_nothing_has_an_id_too() =>
        Assert.Equal(CommunityId.Of(default, default), Encoding.ASCII.GetString(new RecentCommunityIds().Of(default, default)));

    private static InetTuple Tuple(string local, int localPort, string remote, int remotePort) =>
        new(InetAddress.Parse(local), (ushort)localPort, InetAddress.Parse(remote), (ushort)remotePort);
}
