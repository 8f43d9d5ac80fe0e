using System.Net;
using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Capture.Bpf;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.KernelTests.Bpf;

/// <summary>The map of flows where there is little room in it: each datagram is in a flow, or counted as one that is in none.</summary>
public sealed class FlowMapTests
{
    private const int Room = 64;

    [Fact]
    public void What_finds_no_room_is_counted_and_room_is_made_of_what_was_silent_for_longest()
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab, settings => settings with { FlowEntries = Room });
        FlowMap map = heard.Programs.OpenFlows()!;
        using Socket socket = lab.BindUdp(IPAddress.Loopback);
        Tell(socket, peers: Room + 10, each: 3);
        Assert.Equal((Room, Room * 3, 10 * 3), (Read(map).Count, Read(map).Sum(flow => flow.Sent), map.Uncounted));

        CaptureHappenings happened = new(NullLogger<CaptureHappenings>.Instance);
        FlowWatch watch = new(map, TimeSpan.FromSeconds(30), BootTime.Clock, happened);
        List<FlowObservation> told = [];
        long uncounted = Look(watch, told);
        Assert.Equal((10 * 3, 10 * 3), (uncounted, happened.Uncounted));
        Assert.Equal((Room, Room / 4), (told.Count(flow => flow.Change is FlowChange.Counted), told.Count(flow => flow.Change is FlowChange.Evicted)));
        Assert.True(told.Where(flow => flow.Change is FlowChange.Evicted).Max(flow => flow.Flow.Last) <= Read(map).Min(flow => flow.Last));

        told.Clear();
        Tell(socket, peers: Room / 4, each: 1);
        Assert.Equal(0, Look(watch, told));
        Assert.Equal((Room / 4 * 3 * 3) + (Room / 4), Read(map).Sum(flow => flow.Sent) + told.Where(flow => flow.Change is FlowChange.Evicted).Sum(flow => flow.Flow.Sent));
    }

    [Fact]
    public void A_flow_ends_with_its_socket_also_where_its_last_datagram_came_late()
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab, settings => settings with { FlowEntries = Room });
        FlowMap map = heard.Programs.OpenFlows()!;
        FlowWatch watch = new(map, TimeSpan.FromHours(1), BootTime.Clock, new CaptureHappenings(NullLogger<CaptureHappenings>.Instance));
        using Socket socket = lab.BindUdp(IPAddress.Loopback), other = lab.BindUdp(IPAddress.Loopback);
        Tell(socket, peers: 2, each: 1);
        Tell(other, peers: 1, each: 1);
        List<FlowObservation> told = [];
        Look(watch, told);
        Assert.Equal(3, told.Count(flow => flow.Change is FlowChange.Counted));

        told.Clear();
        watch.Released(Syscalls.CookieOf(socket), at: long.MaxValue);
        Tell(socket, peers: 2, each: 1);
        Look(watch, told);
        Tell(socket, peers: 1, each: 1);
        Look(watch, told);
        Assert.Equal([1L, 2, 2], told.Where(flow => flow.Change is FlowChange.Released).Select(flow => flow.Flow.Sent).Order());
        Assert.Equal(Syscalls.CookieOf(other), Assert.Single(Read(map)).Cookie);
    }

    [Fact]
    public void Datagrams_of_other_sockets_are_in_no_flow_of_udp()
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab, settings => settings with { FlowEntries = Room });
        using Socket raw = lab.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp));
        using Socket server = lab.BindUdp(IPAddress.Loopback);
        ushort port = (ushort)((IPEndPoint)server.LocalEndPoint!).Port;
        byte[] datagram = [0x30, 0x39, (byte)(port >> 8), (byte)port, 0, 12, 0, 0, 1, 2, 3, 4]; // RFC 768: from 12345, 12 bytes
        raw.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal(4, server.Receive(new byte[100]));

        FlowRecord received = Assert.Single(Read(heard.Programs.OpenFlows()!));
        Assert.Equal((0L, 1L, 4L), (received.Sent, received.Received, received.ReceivedBytes));
        Assert.Equal(12_345, received.Tuple.RemotePort);
    }

    [Fact]
    public void A_datagram_that_is_sent_in_pieces_by_the_kernel_counts_as_many()
    {
        const int Udp = 17, Segment = 103; // SOL_UDP, UDP_SEGMENT; linux/udp.h

        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab, settings => settings with { FlowEntries = Room });
        using Socket server = lab.BindUdp(IPAddress.Loopback), client = lab.BindUdp(IPAddress.Loopback);
        client.SetRawSocketOption(Udp, Segment, BitConverter.GetBytes(1_000));
        client.SendTo(new byte[4_500], server.LocalEndPoint!);
        byte[] buffer = new byte[2_000];
        Assert.Equal([1_000, 1_000, 1_000, 1_000, 500], Enumerable.Range(0, 5).Select(_ => server.Receive(buffer)));

        List<FlowRecord> flows = Read(heard.Programs.OpenFlows()!);
        Assert.Equal((5L, 4_500L), flows.Where(flow => flow.BeganHere).Select(flow => (flow.Sent, flow.SentBytes)).Single());
        Assert.Equal((5L, 4_500L), flows.Where(flow => !flow.BeganHere).Select(flow => (flow.Received, flow.ReceivedBytes)).Single());
    }

    [Fact]
    public void Datagrams_larger_than_the_link_are_one_each()
    {
        using NetworkNamespaceLab lab = new();
        lab.Run(() => IpCommand.Run("link set lo mtu 1500"));
        using HeardPrograms heard = new(lab, settings => settings with { FlowEntries = Room });
        using Socket server = lab.BindUdp(IPAddress.IPv6Loopback), client = lab.BindUdp(IPAddress.IPv6Loopback);
        client.SendTo(new byte[20_000], server.LocalEndPoint!);
        Assert.Equal(20_000, server.Receive(new byte[30_000]));

        Assert.Equal(
            [(0L, 0L, 1L, 20_000L), (1L, 20_000L, 0L, 0L)],
            Read(heard.Programs.OpenFlows()!).Select(flow => (flow.Sent, flow.SentBytes, flow.Received, flow.ReceivedBytes)).Order());
    }

    private static void Tell(Socket socket, int peers, int each)
    {
        for (int count = 0; count < each; count++)
        {
            for (int peer = 0; peer < peers; peer++)
            {
                socket.SendTo(new byte[10], new IPEndPoint(new IPAddress([127, 2, 0, (byte)(peer + 1)]), 9));
            }
        }
    }

    private static List<FlowRecord> Read(FlowMap map)
    {
        List<FlowRecord> flows = [];
        map.ReadAll((_, in flow) => flows.Add(flow));
        return flows;
    }

    /// <returns>How many datagrams were told to be in no flow.</returns>
    private static long Look(FlowWatch watch, List<FlowObservation> told)
    {
        long uncounted = 0;
        ObservationQueue queue = new(CancellationToken.None);
        watch.LookNow(BootTime.Clock.GetTimestamp(), queue);
        while (queue.Reader.TryRead(out ObservationBatch? batch))
        {
            told.AddRange(batch.Flows);
            uncounted += batch.Kind is BatchKind.Uncounted ? batch.Lost : 0;
        }

        return uncounted;
    }
}
