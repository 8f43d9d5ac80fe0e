using Connbeat.Linux;
using Connbeat.Linux.Netlink;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.SockDiag;

/// <summary>
/// On what Linux 6.18 told of a scripted set of sockets: listeners on 192.0.2.17:8443, [::]:9090 and, IPv6 only,
/// [::]:9091; an IPv4, an IPv6 and a mapped connection; 1,000 bytes one way and 300 back, 77 bytes, none.
/// </summary>
public sealed class SocketEntryTests
{
    private static readonly byte[] Dump = Fixture.Hex("netlink/tcp-dump-both-families-linux-6.18.hex");
    private static readonly byte[] Destroyed = Fixture.Hex("netlink/tcp-destroyed-linux-6.18.hex");

    [Fact]
    public void A_dump_tells_every_socket_of_both_families()
    {
        string[] told = [.. Read(Dump).Select(entry => $"{entry.State} {entry.Tuple}").Order(StringComparer.Ordinal)];

        Assert.Equal(
            [
                "Established 192.0.2.17:8443 -> 198.51.100.250:40001",
                "Established 192.0.2.17:9090 -> 198.51.100.250:40003",
                "Established 198.51.100.250:40001 -> 192.0.2.17:8443",
                "Established 198.51.100.250:40003 -> 192.0.2.17:9090",
                "Established [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002",
                "Established [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090",
                "Listen 192.0.2.17:8443 -> 0.0.0.0:0",
                "Listen [::]:9090 -> [::]:0",
                "Listen [::]:9091 -> [::]:0",
            ],
            told);
    }

    [Fact]
    public void Every_socket_has_a_cookie_and_an_inode_of_its_own()
    {
        List<SocketEntry> entries = Read(Dump);

        Assert.Equal(entries.Count, entries.Select(entry => entry.Cookie).Distinct().Count());
        Assert.Equal(entries.Count, entries.Select(entry => entry.Inode).Distinct().Count());
        Assert.All(entries, entry => Assert.Equal(1ul, entry.CgroupId));
    }

    [Fact]
    public void A_listener_says_whether_it_takes_IPv4()
    {
        Dictionary<ushort, bool> onlyIPv6 = Read(Dump)
            .Where(entry => entry.State is TcpState.Listen)
            .ToDictionary(entry => entry.Tuple.LocalPort, entry => entry.OnlyIPv6);

        Assert.Equal(new Dictionary<ushort, bool> { [8443] = false, [9090] = false, [9091] = true }, onlyIPv6);
    }

    [Fact]
    public void The_figures_tell_the_initiator_and_the_payload()
    {
        SocketEntry client = Read(Dump).Single(entry => entry.Tuple.LocalPort == 40001);
        SocketEntry server = Read(Dump).Single(entry => entry.Tuple.RemotePort == 40001);

        Assert.True(client.Tcp.Initiated(finished: false));
        Assert.False(server.Tcp.Initiated(finished: false));
        Assert.Equal((1000ul, 300ul), (client.Tcp.PayloadSent(true), client.Tcp.PayloadReceived(false)));
        Assert.Equal((300ul, 1000ul), (server.Tcp.PayloadSent(false), server.Tcp.PayloadReceived(false)));
    }

    [Fact]
    public void A_destroyed_socket_tells_its_last_figures_but_no_holder()
    {
        SocketEntry client = Read(Destroyed).Single(entry => entry.Tuple.LocalPort == 40001);

        Assert.Equal((0u, TcpState.Close), (client.Inode, client.State));
        Assert.True(client.Tcp.WasEstablished);
        Assert.True(client.Tcp.Initiated(finished: true));
        Assert.Equal(1000ul, client.Tcp.PayloadSent(true));
        Assert.Equal(4, Read(Destroyed).Count);
    }

    [Fact]
    public void A_socket_has_one_cookie_in_its_life_and_at_its_end()
    {
        Dictionary<InetTuple, ulong> alive = Read(Dump).ToDictionary(entry => entry.Tuple, entry => entry.Cookie);

        Assert.All(Read(Destroyed), entry => Assert.Equal(alive[entry.Tuple], entry.Cookie));
    }

    [Fact]
    public void Another_address_family_is_refused()
    {
        byte[] unix = new byte[SocketEntry.Size];
        unix[0] = 1;

        WireFormatException refused = Assert.Throws<WireFormatException>(() => SocketEntry.Parse(unix, Transport.Tcp));
        Assert.Equal("inet_diag_msg of address family 1; expected 2 or 10", refused.Message);
    }

    [Fact]
    public void Damaged_dumps_are_read_or_refused() =>
        Assert.InRange(Damage.Inflict(Dump, bytes => Read(bytes)), 1000, int.MaxValue);

    [Fact]
    public void Damaged_destroy_messages_are_read_or_refused() =>
        Assert.InRange(Damage.Inflict(Destroyed, bytes => Read(bytes)), 1000, int.MaxValue);

    private static List<SocketEntry> Read(ReadOnlySpan<byte> datagram)
    {
        List<SocketEntry> entries = [];
        foreach (NetlinkMessage message in new NetlinkMessages(datagram))
        {
            if (message.Header.Type is NetlinkMessageType.Error)
            {
                _ = message.Errno;
            }
            else if (message.Header.Type is not NetlinkMessageType.Done)
            {
                entries.Add(SocketEntry.Parse(message.Payload, Transport.Tcp));
            }
        }

        return entries;
    }
}
