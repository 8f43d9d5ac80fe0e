using System.Net;
using System.Net.Sockets;
using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class SocketStatisticsTests
{
    private const string IPv4 = "sockets: used 27\nTCP: inuse 11 orphan 0 tw 4 alloc 19 mem 0\nUDP: inuse 3 mem 0\n";
    private const string IPv6 = "TCP6: inuse 7\nUDP6: inuse 4\nUDPLITE6: inuse 9\n";

    [Fact]
    public void Sockets_in_use_are_counted_and_what_is_left_of_connections_is_not()
    {
        Assert.Equal(new SocketStatistics(11, 4), Parse(Captured("sockstat-linux-6.18.txt")));
        Assert.Equal(new SocketStatistics(7, 4), Parse(Captured("sockstat6-linux-6.18.txt")));
    }

    [Fact]
    public void The_counts_are_those_of_the_rows_captured_with_them()
    {
        SocketStatistics? both = Parse(Captured("sockstat-linux-6.18.txt") + Captured("sockstat6-linux-6.18.txt"));

        Assert.Equal(new SocketStatistics(Rows("tcp") + Rows("tcp6"), Rows("udp") + Rows("udp6")), both);
    }

    [Theory]
    [InlineData("")]
    [InlineData("sockets: used 27\n")]
    [InlineData("TCP: inuse \nUDP: inuse x\n")]
    [InlineData("TCP: inuse -1\n")]
    [InlineData("TCP: inuse 99999999999\n")]
    [InlineData(" TCP: inuse 1\n")]
    [InlineData("UDPLITE: inuse 1\nRAW: inuse 1\nFRAG: inuse 1 memory 0\n")]
    public void Without_a_count_there_is_none(string content) => Assert.Null(Parse(content));

    [Fact]
    public void Sums_stay_within_what_an_int_holds() =>
        Assert.Equal(
            new SocketStatistics(int.MaxValue, 0), Parse("TCP: inuse 2147483647\nTCP6: inuse 2147483647\n"));

    [Fact]
    public void Damaged_bytes_give_counts_or_none() =>
        Assert.Equal(0, Support.Damage.Inflict(Encoding.UTF8.GetBytes(IPv4 + IPv6), bytes => Parse(bytes)));

    [Fact]
    public void Both_files_of_a_process_are_read()
    {
        using ProcTree tree = new();
        Write(tree, "766", "sockstat", IPv4);
        Write(tree, "766", "sockstat6", IPv6);
        Write(tree, "self", "sockstat", "TCP: inuse 1\n");

        Assert.Equal(new SocketStatistics(18, 7), SocketStatistics.Read(new ProcReader(tree.Root), 766));
        Assert.Equal(new SocketStatistics(1, 0), SocketStatistics.Read(new ProcReader(tree.Root), 0));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_no_count()
    {
        using ProcTree tree = new();
        Write(tree, "766", "sockstat6", IPv6);
        Write(tree, "767", "sockstat", IPv4);
        Write(tree, "767", "sockstat6", "");

        Assert.Null(SocketStatistics.Read(new ProcReader(tree.Root), 765));
        Assert.Null(SocketStatistics.Read(new ProcReader(tree.Root), 766));
        Assert.Null(SocketStatistics.Read(new ProcReader(tree.Root), 767));
    }

    [Fact]
    public void The_kernels_files_are_read_again_and_again_from_one_handle()
    {
        using SafeFileHandle ipv4 = File.OpenHandle("/proc/thread-self/net/sockstat");
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using UdpClient bound = new(new IPEndPoint(IPAddress.Loopback, 0));

        for (int round = 0; round < 3; round++)
        {
            Assert.True(SocketStatistics.Read(ipv4, null) is { Tcp: > 0, Udp: > 0 });
        }

        Assert.True(SocketStatistics.Read(new ProcReader("/proc"), 0) is { Tcp: > 0, Udp: > 0 });
        Assert.True(SocketStatistics.Read(new ProcReader("/proc"), Environment.ProcessId) is { Tcp: > 0, Udp: > 0 });
    }

    [Fact]
    public void Handles_on_both_files_are_added_up()
    {
        using SafeFileHandle ipv4 = File.OpenHandle(Fixture.At("procfs/sockstat-linux-6.18.txt"));
        using SafeFileHandle ipv6 = File.OpenHandle(Fixture.At("procfs/sockstat6-linux-6.18.txt"));
        using SafeFileHandle none = File.OpenHandle(Fixture.At("procfs/proc_net_tcp6_empty.txt"));

        Assert.Equal(new SocketStatistics(18, 8), SocketStatistics.Read(ipv4, ipv6));
        Assert.Equal(new SocketStatistics(18, 8), SocketStatistics.Read(ipv4, ipv6));
        Assert.Null(SocketStatistics.Read(ipv4, none));
        Assert.Null(SocketStatistics.Read(none, ipv6));
    }

    private static SocketStatistics? Parse(string content) => SocketStatistics.Parse(Encoding.UTF8.GetBytes(content));

    private static SocketStatistics? Parse(ReadOnlySpan<byte> content) => SocketStatistics.Parse(content);

    private static string Captured(string file) => File.ReadAllText(Fixture.At("procfs/" + file));

    /// <summary>Rows of a table that are sockets still.</summary>
    private static int Rows(string table) =>
        Fixture.Lines($"procfs/{table}-linux-6.18.txt").Skip(1).Count(line => !line.Contains(" 03:"));

    private static void Write(ProcTree tree, string process, string file, string content)
    {
        Directory.CreateDirectory($"{tree.Root}/{process}/net");
        File.WriteAllText($"{tree.Root}/{process}/net/{file}", content);
    }
}
