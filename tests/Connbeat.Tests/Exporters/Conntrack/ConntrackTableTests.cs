using Connbeat.Config;
using Connbeat.Exporters.Conntrack;
using Connbeat.Linux;
using Connbeat.Linux.Conntrack;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Exporters.Conntrack;

public sealed class ConntrackTableTests
{
    private static readonly InetAddress Own = InetAddress.Parse("10.0.0.1");
    private static readonly InetAddress Far = InetAddress.Parse("192.0.2.7");

    private ManualTime Time { get; } = new();

    [Fact]
    public void A_connection_is_counted_at_its_stage_until_it_is_gone()
    {
        ConntrackTable table = Table(new());
        table.Apply(ConntrackChange.New, Outbound(ConntrackTcpState.SynSent));
        Assert.Equal(["192.0.2.7:443 1 0 0 0"], Read(table));
        table.Apply(ConntrackChange.Update, Outbound(ConntrackTcpState.Established));
        Assert.Equal(["192.0.2.7:443 0 1 0 0"], Read(table));
        table.Apply(ConntrackChange.Update, Outbound(ConntrackTcpState.TimeWait));
        Assert.Equal(["192.0.2.7:443 0 0 1 0"], Read(table));
        table.Apply(ConntrackChange.Update, Outbound(ConntrackTcpState.Close));
        Assert.Equal(["192.0.2.7:443 0 0 0 1"], Read(table));
        table.Apply(ConntrackChange.Destroy, Outbound(ConntrackTcpState.Close));
        Assert.Empty(Read(table));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void A_change_that_tells_no_state_leaves_it_as_it_was()
    {
        ConntrackTable table = Table(new());
        table.Apply(ConntrackChange.New, Outbound(ConntrackTcpState.Established));
        table.Apply(ConntrackChange.Update, Outbound(null) with { Mark = 7 });

        Assert.Equal(["192.0.2.7:443 0 1 0 0"], Read(table));
    }

    [Fact]
    public void The_far_end_is_the_one_that_is_not_this_host()
    {
        ConntrackTable table = Table(new());
        table.Apply(ConntrackChange.New, Flow(Far, 5555, Own, 80, ConntrackTcpState.Established));
        table.Apply(ConntrackChange.New, Outbound(ConntrackTcpState.Established));
        ConntrackTuple asked = new(Far, 6666, InetAddress.Parse("203.0.113.1"), 80);
        ConntrackTuple translated = new(InetAddress.Parse("172.16.0.5"), 8080, Far, 6666);
        table.Apply(ConntrackChange.New, new() { Protocol = 6, Original = asked, Reply = translated, TcpState = ConntrackTcpState.Established });
        table.Apply(ConntrackChange.New, Flow(InetAddress.Parse("2001:db8::1"), 7777, Own, 80, ConntrackTcpState.Established));

        Assert.Equal(
            ["172.16.0.5:8080 0 1 0 0", "192.0.2.7:443 0 1 0 0", "192.0.2.7:5555 0 1 0 0", "[2001:db8::1]:7777 0 1 0 0"],
            Read(table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_dump_takes_away_what_it_does_not_tell_and_keeps_what_changed_meanwhile()
    {
        ConntrackTable table = Table(new());
        table.Apply(ConntrackChange.New, Outbound(ConntrackTcpState.Established));
        table.Apply(ConntrackChange.New, Flow(Own, 2, Far, 2, ConntrackTcpState.Established));
        table.BeginDump();
        table.Note(Outbound(ConntrackTcpState.Established));
        Assert.Equal(2, Read(table).Count);
        table.Apply(ConntrackChange.New, Flow(Own, 3, Far, 3, ConntrackTcpState.SynSent));
        table.EndDump();

        Assert.Equal(["192.0.2.7:3 1 0 0 0", "192.0.2.7:443 0 1 0 0"], Read(table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_flow_is_silent_until_a_change_of_it_is_told_or_it_is_gone()
    {
        ConntrackTable table = Table(new());
        table.BeginDump();
        table.Note(Outbound(ConntrackTcpState.Established));
        table.Note(Flow(Own, 2, Far, 2, ConntrackTcpState.Established));
        table.EndDump();
        Assert.True(table.HasSilentFlows);
        table.Apply(ConntrackChange.Update, Flow(Own, 2, Far, 2, ConntrackTcpState.TimeWait));
        Assert.True(table.HasSilentFlows);
        table.BeginDump();
        table.Note(Outbound(ConntrackTcpState.CloseWait));
        table.Note(Flow(Own, 2, Far, 2, ConntrackTcpState.TimeWait));
        table.EndDump();
        Assert.Equal(["192.0.2.7:2 0 0 1 0", "192.0.2.7:443 0 0 1 0"], Read(table).Order(StringComparer.Ordinal));
        Assert.True(table.HasSilentFlows);
        table.BeginDump();
        table.Note(Flow(Own, 2, Far, 2, ConntrackTcpState.TimeWait));
        table.EndDump();

        Assert.False(table.HasSilentFlows);
        Assert.Equal(["192.0.2.7:2 0 0 1 0"], Read(table));
    }

    [Fact]
    public void Where_this_hosts_addresses_change_other_ends_are_the_far_ones()
    {
        ConntrackTable table = Table(new());
        table.Apply(ConntrackChange.New, Flow(Far, 5555, Own, 80, ConntrackTcpState.Established));
        table.HostHas(new HashSet<InetAddress> { Far });

        Assert.Equal(["10.0.0.1:80 0 1 0 0"], Read(table));
        table.Apply(ConntrackChange.Destroy, Flow(Far, 5555, Own, 80, null));
        Assert.Empty(Read(table));
    }

    [Theory]
    [InlineData("192.0.2.7:443", false)]
    [InlineData("192.0.2.7:444", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData("192.0.2.0/24", false)]
    [InlineData("198.51.100.0/24", true)]
    [InlineData("[2001:db8::7]:443", true)]
    public void What_is_ignored_is_not_admitted(string ignored, bool admitted)
    {
        Assert.True(IgnoredHost.TryParse(ignored, out IgnoredHost host));

        Assert.Equal(admitted, Table(new() { Ignored = [host] }).Admits(Outbound(ConntrackTcpState.Established)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:443")]
    [InlineData("192.0.2.7:")]
    [InlineData("192.0.2.7:65536")]
    [InlineData("192.0.2.0/33")]
    public void What_is_no_host_is_not_understood(string text) => Assert.False(IgnoredHost.TryParse(text, out _));

    [Fact]
    public void Only_what_is_asked_for_is_counted()
    {
        ConntrackEntry udp = Outbound(null) with { Protocol = 17, Status = 0 };
        Assert.False(Table(new()).Admits(udp));
        ConntrackTable table = Table(new() { Udp = true });
        Assert.True(table.Admits(udp));
        table.Apply(ConntrackChange.New, udp);
        Assert.Equal(["192.0.2.7:443 1 0 0 0"], Read(table));
        table.Apply(ConntrackChange.Update, udp with { Status = 2 });
        Assert.Equal(["192.0.2.7:443 0 1 0 0"], Read(table));
        Assert.False(table.Admits(udp with { Protocol = 1 }));
    }

    [Fact]
    public void Beyond_the_most_that_there_may_be_the_rest_is_one_and_the_sum_stays()
    {
        ConntrackTable table = Table(new() { MaxSeries = 2 });
        for (ushort port = 1; port <= 5; port++)
        {
            table.Apply(ConntrackChange.New, Flow(Own, port, Far, port, ConntrackTcpState.Established));
        }

        table.Apply(ConntrackChange.New, Flow(Own, 99, Far, 4, ConntrackTcpState.SynSent));
        List<string> hosts = Read(table);

        Assert.Equal(3, hosts.Count);
        Assert.Contains("192.0.2.7:4 1 1 0 0", hosts);
        Assert.Contains("other 0 3 0 0", hosts);
    }

    [Fact]
    public void Hosts_are_told_apart_as_far_as_asked_for()
    {
        Assert.Equal(["192.0.2.7 0 1 0 0"], Inbound(new() { HostLabel = HostLabel.Address }));
        Assert.Equal(["192.0.2.0/24 0 1 0 0"], Inbound(new() { HostLabel = HostLabel.Network }));
        Assert.Equal(["192.0.2.7 0 1 0 0"], Inbound(new() { Inbound = InboundHosts.Address }));
        Assert.Empty(Inbound(new() { Inbound = InboundHosts.Off }));
        Assert.Equal(["192.0.2.7:5555 0 1 0 0 Inbound"], Inbound(new() { TellsDirection = true }));
    }

    [Fact]
    public void What_is_carried_is_told_as_soon_as_it_is_known_and_once()
    {
        ConntrackTable table = Table(new());
        Assert.Null(table.ReadTraffic());
        table.Apply(ConntrackChange.New, Outbound(ConntrackTcpState.SynSent));
        Assert.Null(table.ReadTraffic());

        table.Note(Carried(Outbound(ConntrackTcpState.Established), sent: 100, received: 7));
        Assert.Equal(["192.0.2.7:443 100 7"], Traffic(table));
        table.Note(Carried(Outbound(ConntrackTcpState.Established), sent: 150, received: 8));
        Assert.Equal(["192.0.2.7:443 150 8"], Traffic(table));
        table.Apply(ConntrackChange.Destroy, Carried(Outbound(ConntrackTcpState.TimeWait), sent: 160, received: 9));
        Assert.Equal(["192.0.2.7:443 160 9"], Traffic(table));

        ConntrackEntry inbound = Flow(Far, 443, Own, 80, ConntrackTcpState.Established);
        table.Apply(ConntrackChange.Destroy, Carried(inbound, sent: 1000, received: 30)); // it is the other end that sent that much
        Assert.Equal(["192.0.2.7:443 190 1009"], Traffic(table));
        Assert.Equal(190ul, table.ReadTraffic()!.Value.Total.Sent.Bytes);
    }

    [Fact]
    public void A_host_without_flows_is_kept_for_those_who_read_rarely_and_the_total_for_ever()
    {
        ConntrackTable table = Table(new() { MaxSeries = 1 });
        table.Apply(ConntrackChange.Destroy, Carried(Outbound(ConntrackTcpState.Close), sent: 5, received: 5));
        Time.Advance(TimeSpan.FromMinutes(4));
        table.Note(Carried(Flow(Own, 1, Far, 80, ConntrackTcpState.Established), sent: 6, received: 6));
        Assert.Equal(["192.0.2.7:80 6 6"], Traffic(table)); // as many as may be told apart: the one with more
        Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(["192.0.2.7:80 6 6"], Traffic(table));
        Assert.Equal(11ul, table.ReadTraffic()!.Value.Total.Sent.Bytes);
    }

    private static ConntrackEntry Carried(in ConntrackEntry entry, ulong sent, ulong received) =>
        entry with { OriginalCounters = new(1, sent), ReplyCounters = new(1, received) };

    private static List<string> Traffic(ConntrackTable table)
    {
        byte[] label = new byte[64];
        return [.. table.ReadTraffic()!.Value.Hosts.Select(host =>
        {
            string name = System.Text.Encoding.UTF8.GetString(label, 0, ConntrackFamilies.Format(host.Key, label));
            return $"{name} {host.Value.Sent.Bytes} {host.Value.Received.Bytes}";
        })];
    }

    private List<string> Inbound(ConntrackOptions options)
    {
        ConntrackTable table = Table(options);
        table.Apply(ConntrackChange.New, Flow(Far, 5555, Own, 80, ConntrackTcpState.Established));
        return Read(table);
    }

    private ConntrackTable Table(ConntrackOptions options)
    {
        ConntrackTable table = new(options, Time);
        table.HostHas(new HashSet<InetAddress> { Own });
        return table;
    }

    private static ConntrackEntry Outbound(ConntrackTcpState? state) => Flow(Own, 40_000, Far, 443, state);

    private static ConntrackEntry Flow(InetAddress from, ushort fromPort, InetAddress to, ushort toPort, ConntrackTcpState? state) => new()
    {
        Protocol = 6,
        Original = new(from, fromPort, to, toPort),
        Reply = new(to, toPort, from, fromPort),
        TcpState = state,
    };

    private static List<string> Read(ConntrackTable table)
    {
        byte[] label = new byte[64];
        return [.. table.Read().Select(host =>
        {
            string name = System.Text.Encoding.UTF8.GetString(label, 0, ConntrackFamilies.Format(host.Key, label));
            HostCounts counts = host.Value;
            string direction = host.Key.Direction is FlowDirection.Unknown ? "" : $" {host.Key.Direction}";
            return $"{name} {counts.Opening} {counts.Open} {counts.Closing} {counts.Closed}{direction}";
        })];
    }
}
