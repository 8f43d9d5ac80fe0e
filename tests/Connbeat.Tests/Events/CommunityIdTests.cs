using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Events;

public sealed class CommunityIdTests
{
    private const string Long = "2001:470:e5bf:dead:4957:2174:e82c:4887";

    /// <summary>
    /// The first three are from the baseline of https://github.com/corelight/community-id-spec; it has no UDP over IPv6
    /// and no pair that differs in ports alone, so the others come from its pseudo code run with another SHA-1.
    /// </summary>
    [Theory]
    [InlineData("tcp", "128.232.110.120", 34855, "66.35.250.204", 80, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=")]
    [InlineData("udp", "192.168.1.52", 54585, "8.8.8.8", 53, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=")]
    [InlineData("tcp", Long, 63943, "2607:f8b0:400c:c03::1a", 25, "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=")]
    [InlineData("udp", Long, 54585, "2607:f8b0:400c:c03::1a", 53, "1:UblumfrgfgvNUbLDFmPM+AEKPkg=")]
    [InlineData("tcp", "127.0.0.1", 40000, "127.0.0.1", 8080, "1:KtokAHyz+LpmkWAFBK/+HjzP3tE=")]
    public void The_published_ids_come_out_from_both_ends(
        string transport, string local, int localPort, string remote, int remotePort, string id)
    {
        Transport protocol = transport == "tcp" ? Transport.Tcp : Transport.Udp;
        InetTuple tuple = new(
            InetAddress.Parse(local), (ushort)localPort, InetAddress.Parse(remote), (ushort)remotePort);

        Assert.Equal(id, CommunityId.Of(protocol, tuple));
        Assert.Equal(id, CommunityId.Of(protocol, tuple.Reversed));
    }

    [Fact]
    public void A_mapped_address_gives_the_id_of_the_plain_one()
    {
        InetTuple plain = new(InetAddress.Parse("192.168.1.52"), 54585, InetAddress.Parse("8.8.8.8"), 53);
        InetTuple mapped = new(
            InetAddress.Parse("::ffff:192.168.1.52"), 54585, InetAddress.Parse("::ffff:8.8.8.8"), 53);

        Assert.Equal(CommunityId.Of(Transport.Udp, plain), CommunityId.Of(Transport.Udp, mapped));
    }

    [Fact]
    public void Two_threads_do_not_mix_their_hashes()
    {
        InetTuple[] tuples = [.. Enumerable.Range(1, 500).Select(port =>
            new InetTuple(InetAddress.Parse("192.0.2.17"), (ushort)port, InetAddress.Parse("198.51.100.7"), 443))];
        string[] expected = [.. tuples.Select(tuple => CommunityId.Of(Transport.Tcp, tuple))];

        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < tuples.Length; i++)
            {
                Assert.Equal(expected[i], CommunityId.Of(Transport.Tcp, tuples[i]));
            }
        });
    }
}
