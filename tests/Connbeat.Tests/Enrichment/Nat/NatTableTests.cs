using Connbeat.Enrichment.Nat;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;

namespace Connbeat.Tests.Enrichment.Nat;

public sealed class NatTableTests
{
    private const byte Tcp = 6, Udp = 17, Icmp = 1;

    private readonly NatTable _table = new(capacity: 4);

    /// <summary>What the one asks that begins the flow, what the other answers, and what the ends of either's socket become.</summary>
    [Theory]
    [InlineData("10.0.0.2:4000 192.0.2.7:443", "192.0.2.7:443 203.0.113.1:61000", "203.0.113.1:61000 / -", "- / 10.0.0.2:4000")] // masquerade
    [InlineData("10.0.0.2:4000 10.96.0.1:80", "10.1.0.5:8080 10.0.0.2:4000", "- / 10.1.0.5:8080", "10.96.0.1:80 / -")] // dnat
    [InlineData("10.0.0.2:4000 10.96.0.1:80", "10.1.0.5:8080 10.0.0.9:1024", "10.0.0.9:1024 / 10.1.0.5:8080", "10.96.0.1:80 / 10.0.0.2:4000")] // both
    [InlineData("10.0.0.2:4000 192.0.2.7:443", "192.0.2.7:443 10.0.0.2:1024", "10.0.0.2:1024 / -", "- / 10.0.0.2:4000")] // of ports alone
    [InlineData("fd00::2:4000 2001:db8::1:80", "2001:db8::5:8080 fd00::2:4000", "- / 2001:db8::5:8080", "2001:db8::1:80 / -")]
    public void Each_end_tells_what_it_is_on_the_other_side(string asked, string answered, string ofAsking, string ofAnswering)
    {
        foreach ((byte protocol, Transport transport) in ((byte, Transport)[])[(Tcp, Transport.Tcp), (Udp, Transport.Udp)])
        {
            _table.Apply(ConntrackChange.New, Flow(asked, answered, protocol));

            Assert.Equal(ofAsking, Told(transport, asked));
            Assert.Equal(ofAnswering, Told(transport, answered));
            Assert.Null(Told(transport, Swapped(asked)));
        }

        Assert.Equal(2, _table.Count);
        _table.Apply(ConntrackChange.Destroy, Flow(asked, answered, Udp));
        Assert.Null(Told(Transport.Udp, asked));
        Assert.Null(Told(Transport.Udp, answered));
        Assert.Equal(ofAsking, Told(Transport.Tcp, asked));
    }

    [Fact]
    public void What_is_not_translated_is_not_held_and_takes_the_place_of_what_was()
    {
        string ends = "10.0.0.2:4000 192.0.2.7:443";
        _table.Apply(ConntrackChange.New, Flow(ends, "192.0.2.7:443 203.0.113.1:61000"));
        _table.Apply(ConntrackChange.Update, Flow(ends, "192.0.2.7:443 203.0.113.1:62000"));
        Assert.Equal("203.0.113.1:62000 / -", Told(Transport.Tcp, ends));
        Assert.Null(Told(Transport.Tcp, "192.0.2.7:443 203.0.113.1:61000"));
        _table.Apply(ConntrackChange.New, Flow(ends, Swapped(ends)));

        Assert.Null(Told(Transport.Tcp, ends));
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Flows_of_zones_and_of_what_has_no_ports_are_left_out()
    {
        string ends = "10.0.0.2:4000 192.0.2.7:443", answered = "192.0.2.7:443 203.0.113.1:61000";
        _table.Apply(ConntrackChange.New, Flow(ends, answered));
        _table.Apply(ConntrackChange.Destroy, Flow(ends, answered) with { Zone = 7 });
        _table.Apply(ConntrackChange.New, Flow("10.0.0.3:0 192.0.2.7:0", "192.0.2.7:0 203.0.113.1:0", Icmp));
        _table.Apply(ConntrackChange.New, Flow("10.0.0.4:4000 192.0.2.7:443", answered) with { Zone = 7 });

        Assert.Equal("203.0.113.1:61000 / -", Told(Transport.Tcp, ends));
        Assert.Equal(1, _table.Count);
    }

    [Fact]
    public void The_oldest_make_room_and_that_is_told()
    {
        bool[] hadRoom = [.. Enumerable.Range(1, 6).Select(i =>
            _table.Apply(ConntrackChange.New, Flow($"10.0.0.2:{i} 192.0.2.7:443", $"192.0.2.7:443 203.0.113.1:{i}")))];

        Assert.Equal([true, true, true, true, false, false], hadRoom);
        Assert.Equal(4, _table.Count);
        Assert.Null(Told(Transport.Tcp, "10.0.0.2:2 192.0.2.7:443"));
        Assert.Null(Told(Transport.Tcp, "192.0.2.7:443 203.0.113.1:2"));
        Assert.Equal("203.0.113.1:3 / -", Told(Transport.Tcp, "10.0.0.2:3 192.0.2.7:443"));
        Assert.True(_table.Apply(ConntrackChange.Update, Flow("10.0.0.2:3 192.0.2.7:443", "192.0.2.7:443 203.0.113.1:3")));
    }

    /// <summary>Whatever is told in whatever order, both sockets of a flow are found or neither is.</summary>
    [Fact]
    public void Whatever_is_told_it_holds_flows_whole()
    {
        Random random = new(20_26);
        string End() => $"10.0.0.{random.Next(2)}:{random.Next(2)}";
        for (int i = 0; i < 20_000; i++)
        {
            string asked = $"{End()} {End()}", answered = $"{End()} {End()}";
            _table.Apply((ConntrackChange)random.Next(3), Flow(asked, answered));

            Assert.InRange(_table.Count, 0, 4);
            Assert.Equal(Told(Transport.Tcp, asked) is null, Told(Transport.Tcp, answered) is null);
        }

        foreach (int asked in Enumerable.Range(0, 256))
        {
            string ends = $"10.0.0.{asked & 1}:{(asked >> 1) & 1} 10.0.0.{(asked >> 2) & 1}:{(asked >> 3) & 1}";
            string others = $"10.0.0.{(asked >> 4) & 1}:{(asked >> 5) & 1} 10.0.0.{(asked >> 6) & 1}:{(asked >> 7) & 1}";
            _table.Apply(ConntrackChange.Destroy, Flow(ends, others));
        }

        Assert.Equal(0, _table.Count);
    }

    private static ConntrackEntry Flow(string asked, string answered, byte protocol = Tcp) => new()
    {
        Protocol = protocol,
        Original = Tuple(asked),
        Reply = Tuple(answered),
    };

    private string? Told(Transport transport, string ends)
    {
        ConntrackTuple tuple = Tuple(ends);
        return _table.Of(transport, new InetTuple(tuple.Source, tuple.SourcePort, tuple.Destination, tuple.DestinationPort)) is { } nat
            ? $"{Text(nat.Local)} / {Text(nat.Remote)}"
            : null;
    }

    private static string Text(NatEnd? end) => end is { } there ? $"{there.Address}:{there.Port}" : "-";

    private static string Swapped(string ends) => string.Join(' ', ends.Split(' ').Reverse());

    private static ConntrackTuple Tuple(string ends)
    {
        (InetAddress Address, ushort Port)[] both = [.. ends.Split(' ').Select(end =>
            (InetAddress.Parse(end[..end.LastIndexOf(':')]), ushort.Parse(end[(end.LastIndexOf(':') + 1)..])))];
        return new(both[0].Address, both[0].Port, both[1].Address, both[1].Port);
    }
}
