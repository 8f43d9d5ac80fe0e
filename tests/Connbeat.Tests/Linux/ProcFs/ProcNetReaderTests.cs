using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

/// <summary>
/// On what Linux 6.18 told of a scripted set of sockets: among them un-accepted, half-closed and left ones, mapped
/// addresses on either side, and sockets of the users 4321 and 65534.
/// </summary>
public sealed class ProcNetReaderTests
{
    private readonly ProcNetReader _reader = new(new ProcReader("/proc"));

    [Fact]
    public void TCP_over_IPv4_is_told() =>
        Assert.Equal(
            [
                "Listen 0.0.0.0:8080 -> 0.0.0.0:0 inode 24619",
                "Listen 192.0.2.17:8443 -> 0.0.0.0:0 inode 24617",
                "Listen 127.0.0.1:5432 -> 0.0.0.0:0 inode 24618 uid 4321",
                "Established 192.0.2.17:8443 -> 198.51.100.250:40001 inode 24624",
                "SynSent 10.20.30.40:40010 -> 10.20.30.99:25 inode 24640",
                "Established 192.0.2.17:8443 -> 198.51.100.250:40004 inode 24630",
                "CloseWait 192.0.2.17:8443 -> 198.51.100.250:40005 inode 24632",
                "Established 198.51.100.250:40003 -> 192.0.2.17:9090 inode 24627",
                "Established 198.51.100.250:40001 -> 192.0.2.17:8443 inode 24623",
                "FinWait2 198.51.100.250:40005 -> 192.0.2.17:8443 inode 0 left",
                "TimeWait 198.51.100.250:40006 -> 192.0.2.17:8443 inode 0 left",
                "Established 198.51.100.250:40009 -> 192.0.2.17:8443 inode 24639",
                "Established 192.0.2.17:8443 -> 198.51.100.250:40009 inode 0",
            ],
            Read("tcp-linux-6.18.txt", Transport.Tcp));

    [Fact]
    public void TCP_over_IPv6_is_told_and_mapped_addresses_as_what_they_are() =>
        Assert.Equal(
            [
                "Listen [::1]:9092 -> [::]:0 inode 24622",
                "Listen [::]:9091 -> [::]:0 inode 24621",
                "Listen [::]:9090 -> [::]:0 inode 24620",
                "Established [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090 inode 24625",
                "TimeWait [2001:db8:a:b:c:d:e:f]:40007 -> [2001:db8:1:2:3:4:5:6]:9090 inode 0 left",
                "Established 192.0.2.17:9090 -> 198.51.100.250:40003 inode 24628",
                "TimeWait 192.0.2.17:9090 -> 198.51.100.250:40008 inode 0 left",
                "Established 198.51.100.250:40004 -> 192.0.2.17:8443 inode 24629",
                "Established [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002 inode 24626",
            ],
            Read("tcp6-linux-6.18.txt", Transport.Tcp));

    [Fact]
    public void UDP_is_told_bound_and_connected() =>
        Assert.Equal(
            [
                "Close 192.0.2.17:5353 -> 0.0.0.0:0 inode 24641",
                "Established 198.51.100.250:40011 -> 192.0.2.17:53 inode 24643",
                "Established 127.0.0.1:40014 -> 127.0.0.53:53 inode 24648 uid 65534",
                "Close 0.0.0.0:68 -> 0.0.0.0:0 inode 24642",
                "Close [::]:5355 -> [::]:0 inode 24644",
                "Established [2001:db8:a:b:c:d:e:f]:40012 -> [2001:db8:1:2:3:4:5:6]:53 inode 24646",
                "Established 198.51.100.250:40013 -> 192.0.2.17:514 inode 24647",
                "Close [2001:db8:1:2:3:4:5:6]:546 -> [::]:0 inode 24645",
            ],
            [.. Read("udp-linux-6.18.txt", Transport.Udp), .. Read("udp6-linux-6.18.txt", Transport.Udp)]);

    [Fact]
    public void The_left_of_a_mapped_connection_of_a_container_is_IPv4() =>
        Assert.Equal(
            [
                "Listen [::]:80 -> [::]:0 inode 28177",
                "TimeWait 172.17.0.3:80 -> 172.17.0.2:47952 inode 0 left",
            ],
            Read("proc_net_tcp6_108.txt", Transport.Tcp));

    [Fact]
    public void Files_are_those_of_the_process_that_is_asked_for()
    {
        using ProcTree tree = new();
        Directory.CreateDirectory(tree.Root + "/766/net");
        Directory.CreateDirectory(tree.Root + "/self/net");
        foreach ((int index, string file) in ((string[])["tcp", "tcp6", "udp", "udp6"]).Index())
        {
            File.WriteAllText($"{tree.Root}/766/net/{file}", Row(port: 7660 + index));
            File.WriteAllText($"{tree.Root}/self/net/{file}", Row(port: 10 + index));
        }

        ProcNetReader reader = new(new ProcReader(tree.Root));
        List<string> told = [];
        foreach (int pid in (int[])[766, 0])
        {
            foreach (Transport transport in (Transport[])[Transport.Tcp, Transport.Udp])
            {
                Assert.Equal(Look.Seen, reader.TryRead(pid, transport, ipv6: false, Take));
                Assert.Equal(Look.Seen, reader.TryRead(pid, transport, ipv6: true, Take));
            }
        }

        Assert.Equal(
            [
                "Tcp 7660", "Tcp 7661", "Udp 7662", "Udp 7663",
                "Tcp 10", "Tcp 11", "Udp 12", "Udp 13",
            ],
            told);
        void Take(in SocketEntry entry) => told.Add($"{entry.Transport} {entry.Tuple.LocalPort}");
    }

    [Fact]
    public void A_table_that_is_not_there_is_gone()
    {
        using ProcTree tree = new();
        tree.Process(766, "sshd");
        ProcNetReader reader = new(new ProcReader(tree.Root));

        Assert.Equal(Look.Gone, reader.TryRead(766, Transport.Tcp, ipv6: true, (in _) => Assert.Fail()));
        Assert.Equal(Look.Gone, reader.TryReadFile(tree.Root + "/tcp", Transport.Tcp, (in _) => Assert.Fail()));
    }

    [Fact]
    public void A_file_that_is_no_file_is_an_exception_that_names_it()
    {
        using ProcTree tree = new();

        KernelException failure = Assert.Throws<KernelException>(
            () => _reader.TryReadFile(tree.Root, Transport.Tcp, (in _) => Assert.Fail()));

        Assert.Equal($"read({tree.Root})", failure.Operation);
    }

    [Fact]
    public void Lines_that_are_neither_header_nor_row_are_counted()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, $"  sl  local_address\n{Row(80)}\n7: x\n{new string('y', 100_000)}\n{Row(81)}\n{Row(82)[..40]}");
        try
        {
            Assert.Equal([80, 81], Ports(path));
            Assert.Equal(3, _reader.NotUnderstood);
            Assert.Equal([80, 81], Ports(path));
            Assert.Equal(6, _reader.NotUnderstood);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_damaged_table_is_read_as_far_as_it_is_one()
    {
        byte[] whole = File.ReadAllBytes(Fixture.At("procfs/tcp6-linux-6.18.txt"));
        string path = Path.GetTempFileName();
        int rows = 0;
        int refused = Support.Damage.Inflict(
            whole,
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                _reader.TryReadFile(path, Transport.Tcp, (in _) => rows++);
            },
            rounds: 500);
        File.Delete(path);

        Assert.Equal(0, refused);
        Assert.True(rows > 1000 && _reader.NotUnderstood > 500, $"{rows} rows, {_reader.NotUnderstood} no rows");
    }

    [Fact]
    public void The_tests_own_sockets_are_found_in_the_real_tables()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using UdpClient bound = new(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Contains(InodeOf(listener.Server), Inodes(Transport.Tcp, TcpState.Listen));
        Assert.Contains(InodeOf(bound.Client), Inodes(Transport.Udp, TcpState.Close));
        bound.Connect((IPEndPoint)listener.LocalEndpoint);
        Assert.Contains(InodeOf(bound.Client), Inodes(Transport.Udp, TcpState.Established));
        Assert.Equal(0, _reader.NotUnderstood);
    }

    private List<string> Read(string fixture, Transport transport)
    {
        List<string> told = [];
        Assert.Equal(Look.Seen, _reader.TryReadFile(Fixture.At("procfs/" + fixture), transport, Tell));
        Assert.Equal(0, _reader.NotUnderstood);
        return told;
        void Tell(in SocketEntry entry)
        {
            string uid = entry.Uid == 0 ? "" : $" uid {entry.Uid}";
            told.Add($"{entry.State} {entry.Tuple} inode {entry.Inode}{uid}{(entry.IsTimeWait ? " left" : "")}");
        }
    }

    private List<int> Ports(string path)
    {
        List<int> ports = [];
        _reader.TryReadFile(path, Transport.Tcp, (in entry) => ports.Add(entry.Tuple.LocalPort));
        return ports;
    }

    private List<uint> Inodes(Transport transport, TcpState state)
    {
        List<uint> inodes = [];
        Assert.Equal(Look.Seen, _reader.TryRead(0, transport, ipv6: false, Take));
        return inodes;
        void Take(in SocketEntry entry)
        {
            if (entry.Transport == transport && entry.State == state)
            {
                inodes.Add(entry.Inode);
            }
        }
    }

    private static string Row(int port) =>
        $"   0: 0100007F:{port:X4} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {port} 1 0";

    private static uint InodeOf(Socket socket)
    {
        string target = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!;
        return uint.Parse(target.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
    }
}
