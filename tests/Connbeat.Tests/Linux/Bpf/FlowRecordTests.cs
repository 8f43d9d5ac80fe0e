using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.Bpf;

/// <summary>
/// On what the programs told on Linux 6.18: 31 bytes from 198.51.100.250:40001 to 192.0.2.17:53 and 512 back, by sockets that
/// were not connected; 77 bytes over IPv6 by one that was; then the ends of all four. The times of owners are those of their records.
/// </summary>
public sealed class FlowRecordTests
{
    private static readonly byte[][] Records = [.. Fixture.Lines("bpf/flows-linux-6.18.hex").Select(Convert.FromHexString)];

    private static IEnumerable<FlowRecord> Flows =>
        Records.Where(record => SocketRecord.ReadKind(record) >= RecordKind.FlowBegan).Select(record => FlowRecord.Parse(record));

    [Fact]
    public void Records_tell_who_talks_to_whom_and_how_much() => Assert.Equal(
        [
            "FlowBegan 198.51.100.250:40001 -> 192.0.2.17:53 1/31 0/0 here",
            "FlowBegan 192.0.2.17:53 -> 198.51.100.250:40001 0/0 1/31 there",
            "FlowOwned 192.0.2.17:53 -> 198.51.100.250:40001 1/512 1/31 there",
            "FlowBegan [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090 1/77 0/0 here connected",
            "FlowBegan [2001:db8:1:2:3:4:5:6]:9090 -> [2001:db8:a:b:c:d:e:f]:40002 0/0 1/77 there",
            "FlowEnded [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090 1/77 0/0 here connected",
        ],
        Flows.Select(flow =>
            $"{flow.Kind} {flow.Tuple} {flow.Sent}/{flow.SentBytes} {flow.Received}/{flow.ReceivedBytes} " +
            $"{(flow.BeganHere ? "here" : "there")}{(flow.IsConnected ? " connected" : "")}"));

    [Fact]
    public void A_flow_tells_when_and_whose_it_is()
    {
        FlowRecord[] server = [.. Flows.Where(flow => flow.Tuple.LocalPort == 53)];

        Assert.Equal((false, true), (server[0].Owner.IsKnown, server[1].Owner.IsKnown));
        Assert.Equal(("Connbeat.Kernel", 0u), ($"{server[1].Owner.Name}", server[1].Owner.Uid));
        Assert.Equal((server[0].First, server[0].Cookie, server[0].Namespace), (server[1].First, server[1].Cookie, server[1].Namespace));
        Assert.InRange(server[1].Last - server[0].First, 1, 1_000_000_000);
        Assert.InRange(server[1].At - server[1].Last, 0, 1_000_000);
        Assert.Equal(server[1].At, server[1].Owner.At);
        Assert.All(Flows, flow => Assert.True(flow is { Inode: not 0, CgroupId: not 0, IsOwn: false }));
    }

    [Fact]
    public void The_end_of_a_socket_tells_its_ends()
    {
        SocketRecord[] ends = [.. Records.Where(record => SocketRecord.ReadKind(record) is RecordKind.Closed).Select(record => SocketRecord.Parse(record))];

        Assert.Equal(
            [
                "Close [2001:db8:1:2:3:4:5:6]:9090 -> [::]:0", "Established [2001:db8:a:b:c:d:e:f]:40002 -> [2001:db8:1:2:3:4:5:6]:9090",
                "Close 198.51.100.250:40001 -> 0.0.0.0:0", "Close 192.0.2.17:53 -> 0.0.0.0:0",
            ],
            ends.Select(end => $"{end.Socket.Entry.State} {end.Socket.Entry.Tuple}"));
        Assert.All(ends, end => Assert.Equal((Transport.Udp, OwnerMethod.Ended), (end.Socket.Entry.Transport, end.Socket.Method)));
    }

    [Fact]
    public void What_is_no_record_of_a_flow_is_refused()
    {
        byte[] strange = [.. Records[0]];
        strange[16 + 44] = 99; // the family

        Assert.Throws<WireFormatException>(() => FlowRecord.Parse(strange));
        Assert.Throws<WireFormatException>(() => FlowRecord.Parse(Records[0].AsSpan(0, 100)));
        Assert.Throws<WireFormatException>(() => FlowRecord.Parse(Records[^1]));
        Assert.Throws<WireFormatException>(() => FlowRecord.Parse(new byte[FlowRecord.KeySize - 1], new byte[FlowRecord.ValueSize]));
    }

    [Fact]
    public void Damaged_records_never_escape_as_another_exception() =>
        Assert.All(Records, record => Assert.True(Damage.Inflict(record, bytes => FlowRecord.Parse(bytes), rounds: 2_000) > 0));
}
