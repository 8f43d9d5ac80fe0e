using Connbeat.Config;

namespace Connbeat.Tests.Config;

public sealed class WatchedSocketsTests
{
    private readonly List<ConfigFault> _warnings = [];

    [Theory]
    [InlineData("{host: a, port: 1}", "socket must have the field name set")]
    [InlineData("{name: '', host: a, port: 1}", "socket must have the field name set")]
    [InlineData("{name: n, host: a, port: 1, status: up}", "The status of the socket is not a valid one")]
    [InlineData("{name: n, port: 1}", "socket must have the field host or srcHost set")]
    [InlineData("{name: n, status: established, port: 1}", "socket must have the field host or srcHost or dstHost set")]
    [InlineData("{name: n, host: a}", "socket must have the field port or srcPort")]
    [InlineData("{name: n, host: a, port: ''}", "socket must have the field port or srcPort")]
    [InlineData("{name: n, status: established, dstHost: a}", "socket must have the field port or srcPort or dstPort set")]
    [InlineData("{name: n, host: a, port: http}", "the port is not one: expected a port from 1 to 65535 or a range such as 8000-8100")]
    [InlineData("{name: n, host: a, port: 70000}", "the port is not one: expected a port from 1 to 65535 or a range such as 8000-8100")]
    [InlineData("{name: n, host: a, port: 1, protocol: sctp}", "The protocol of the socket is not a valid one")]
    [InlineData("{name: n, host: a, port: 1, process: '('}", "process is no regular expression: insufficient closing parentheses at character 1")]
    [InlineData("{name: n, dstHost: a, dstPort: 1, state: up}", "The state of the socket is not a valid one: expected syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, close-wait, last-ack, closing")]
    [InlineData("text", "a socket is 'text'; expected settings, as 'name: value'")]
    public void What_is_wrong_is_told_in_the_words_of_the_original(string socket, string expected)
    {
        ConfigException faulty = Assert.Throws<ConfigException>(() => Read($"sockets:\n  - {socket}\n"));

        Assert.Equal(new ConfigFault(new Origin("c.yml", 2), expected).ToString(), Assert.Single(faulty.Faults).ToString());
    }

    [Fact]
    public void Other_settings_than_sockets_are_refused() => Assert.Equal(
        "c.yml:1: unknown fields in sockets: foo",
        Assert.Single(Assert.Throws<ConfigException>(() => Read("foo: 1\n")).Faults).ToString());

    [Fact]
    public void The_newer_name_of_a_setting_wins_and_the_defaults_are_the_originals()
    {
        WatchedSocket socket = Assert.Single(Read(
            "sockets:\n  - {name: n, host: old, srcHost: new, port: '80', srcPort: 8000-8100, processName: x}\n"));
        Assert.Equal(("new", new PortRange(8000, 8100), "x"), (socket.SourceHost, socket.SourcePort!.Value, socket.Process));
        Assert.Equal((true, "tcp", "", null), (socket.Listens, socket.Protocol, socket.DestinationHost, socket.DestinationPort));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void A_state_and_a_place_are_what_the_original_does_not_know()
    {
        WatchedSocket socket = Assert.Single(Read(
            "sockets:\n  - {name: n, dstHost: h, dstPort: 80, state: TIME_WAIT, namespace: blue, container: 0b5c}\n"));

        Assert.Equal(("time-wait", "blue", "0b5c", false), (socket.State, socket.Namespace, socket.Container, socket.Listens));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Port_0_is_any()
    {
        WatchedSocket socket = Assert.Single(Read("sockets:\n  - {name: n, status: established, dstHost: h, port: 0}\n"));
        Assert.Null(socket.SourcePort);
    }

    [Fact]
    public void What_has_no_effect_is_warned_about()
    {
        Read("sockets:\n  - {name: n, host: a, port: 1, prot: udp}\n");

        Assert.Equal("c.yml:2: prot is not a setting of a socket, and has no effect", Assert.Single(_warnings).ToString());
    }

    private IReadOnlyList<WatchedSocket> Read(string text) => WatchedSockets.Read("c.yml", text, _warnings);
}
