using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Bpf;

/// <summary>
/// On what the programs told on Linux 6.18: a connection from 198.51.100.250:40001 to 192.0.2.17:8443 with 1,000 bytes one
/// way and 300 back, one over IPv6 with 77 and none, a refused connect, one without a route; then cat(1).
/// The times of owners are not of that capture, but those of their records; of rows, when the connection began.
/// </summary>
public sealed class SocketRecordTests
{
    private static readonly byte[][] Records =
        [.. Fixture.Lines("bpf/records-linux-6.18.hex").Select(Convert.FromHexString)];

    private static readonly byte[][] Rows = [.. Fixture.Lines("bpf/rows-linux-6.18.hex").Select(Convert.FromHexString)];

    private static IEnumerable<SocketRecord> Sockets =>
        Records.Where(record => SocketRecord.ReadKind(record) < RecordKind.Exec).Select(record => SocketRecord.Parse(record));

    [Fact]
    public void Records_tell_the_lives_of_sockets() => Assert.Equal(
        [
            "Opened Listen 192.0.2.17:8443 -> 0.0.0.0:0 Called",
            "Opened Established 198.51.100.250:40001 -> 192.0.2.17:8443 Called",
            "Opened Established 192.0.2.17:8443 -> 198.51.100.250:40001 None",
            "Owned Established 192.0.2.17:8443 -> 198.51.100.250:40001 Used",
            "Closed FinWait2 198.51.100.250:40001 -> 192.0.2.17:8443 Called",
            "Closed LastAck 192.0.2.17:8443 -> 198.51.100.250:40001 Used",
            "Closed Listen 192.0.2.17:8443 -> 0.0.0.0:0 Called",
            "Opened Listen [2001:db8:1:2:3:4:5:6]:9090 -> [::]:0 Called",
            "Opened Established [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090 Called",
            "Opened Established [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002 None",
            "Owned Established [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002 Used",
            "Closed FinWait2 [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090 Called",
            "Closed LastAck [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002 Used",
            "Closed Listen [2001:db8:1:2:3:4:5:6]:9090 -> [::]:0 Called",
            "Failed SynSent 198.51.100.250:40003 -> 192.0.2.17:9091 Called",
            "Failed Close 0.0.0.0:0 -> 203.0.113.9:443 Called",
        ],
        Sockets.Select(record =>
            $"{record.Kind} {record.Socket.Entry.State} {record.Socket.Entry.Tuple} {record.Socket.Method}"));

    [Fact]
    public void An_end_tells_exact_figures()
    {
        ProgramSocket client = End(40001), server = End(8443);

        Assert.Equal((true, false), (client.Entry.Initiated, server.Entry.Initiated));
        Assert.Equal((true, true), (client.Entry.FinReceived, server.Entry.FinReceived));
        Assert.Equal((1000ul, 300ul), (client.Entry.Tcp.PayloadSent(true), client.Entry.Tcp.PayloadReceived(true)));
        Assert.Equal((300ul, 1000ul), (server.Entry.Tcp.PayloadSent(false), server.Entry.Tcp.PayloadReceived(true)));
        Assert.InRange(client.Entry.Tcp.RttMicroseconds, 1u, 10_000u);
        Assert.InRange(client.Entry.Tcp.MinimumRttMicroseconds ?? 0, 0u, 10_000u);
    }

    [Fact]
    public void A_failed_connect_tells_its_error()
    {
        SocketRecord[] failed = [.. Sockets.Where(record => record.Kind is RecordKind.Failed)];

        Assert.Equal([(111, false), (0, true)], failed.Select(record => (record.Socket.Error, record.Socket.NeverSent)));
        Assert.Null(failed[0].Socket.Entry.Tcp.MinimumRttMicroseconds);
    }

    [Fact]
    public void A_socket_tells_when_and_whose_it_is()
    {
        SocketRecord[] server = [.. Sockets.Where(record => record.Socket.Entry.Tuple.LocalPort == 8443 && record.Socket.Entry.Tuple.RemotePort == 40001)];

        Assert.False(server[0].Socket.Owner.IsKnown);
        Assert.Equal(("Connbeat.Kernel", 0u), ($"{Sockets.First().Socket.Owner.Name}", server[1].Socket.Owner.Uid));
        Assert.Equal(server[1].Socket.Owner, server[2].Socket.Owner with { At = server[1].Socket.Owner.At });
        Assert.InRange(server[2].Socket.Owner.At, server[1].At, server[2].At);
        Assert.InRange(server[0].At - server[0].Socket.Since, 0, 1_000_000);
        Assert.Equal(server[0].Socket.Since, server[2].Socket.Since);
        Assert.Single(server.Select(record => (record.Socket.Entry.Cookie, record.Socket.Namespace)).Distinct());
    }

    [Fact]
    public void A_row_tells_a_socket_with_its_inode_and_figures()
    {
        ProgramSocket[] rows = [.. Rows.Select(row => ProgramSocket.ParseRow(row))];
        ProgramSocket client = rows.Single(row => row.Entry.Tuple.LocalPort == 40001);

        Assert.Equal(6, rows.Length);
        Assert.Equal(2, rows.Count(row => row.Entry.State is TcpState.Listen));
        Assert.Equal((1000ul, 300ul), (client.Entry.Tcp.PayloadSent(true), client.Entry.Tcp.Received));
        Assert.DoesNotContain(rows, row => row.Entry.Inode == 0 || row.Entry.Cookie == 0);
        Assert.Equal(6, rows.Select(row => row.Entry.Inode).Distinct().Count());
    }

    [Fact]
    public void What_is_no_record_of_a_socket_is_refused()
    {
        byte[] strange = [.. Records[0]];
        strange[8] = 99;

        Assert.Throws<WireFormatException>(() => SocketRecord.Parse(strange));
        Assert.Throws<WireFormatException>(() => SocketRecord.ReadKind([1, 2, 3]));
        Assert.Throws<WireFormatException>(() => ProgramSocket.ParseRow(new byte[ProgramSocket.RowSize + 1]));
    }

    [Fact]
    public void Damaged_records_never_escape_as_another_exception()
    {
        Assert.All(Records, record => Damage.Inflict(record, bytes => SocketRecord.Parse(bytes), rounds: 2_000));
        Assert.All(Rows, row => Assert.True(Damage.Inflict(row, bytes => ProgramSocket.ParseRow(bytes), rounds: 2_000) > 0));
    }

    private static ProgramSocket End(ushort localPort) => Sockets.Single(record =>
        record.Kind is RecordKind.Closed && record.Socket.Entry.Tuple.LocalPort == localPort &&
        record.Socket.Entry.State is not TcpState.Listen).Socket;
}
