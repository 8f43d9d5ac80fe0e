using System.Buffers;
using System.Text;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

/// <summary>Source, destination, client, server and direction, by who began the connection.</summary>
public sealed class EcsEndsTests
{
    private const string LocalIPv4 = """{"bytes":517,"ip":"192.0.2.17","port":40312}""";
    private const string RemoteIPv4 = """{"bytes":4096,"ip":"198.51.100.7","port":443}""";
    private const string LocalIPv6 = """{"bytes":517,"ip":"2001:db8:85a3::8a2e:370:7348","port":55034}""";
    private const string RemoteIPv6 = """{"bytes":4096,"ip":"2607:f8b0:400c:c03::1a","port":25}""";

    [Theory]
    [InlineData("tcp", false, LocalIPv4, RemoteIPv4)]
    [InlineData("tcp", true, LocalIPv6, RemoteIPv6)]
    [InlineData("udp", false, LocalIPv4, RemoteIPv4)]
    [InlineData("udp", true, LocalIPv6, RemoteIPv6)]
    public void Who_began_it_is_source_and_client(string transport, bool ipv6, string local, string remote)
    {
        SocketFacts socket = Some.Connection() with
        {
            Transport = transport == "tcp" ? Transport.Tcp : Transport.Udp,
            Tuple = ipv6 ? Some.IPv6Tuple() : Some.Tuple(),
        };

        JsonElement outbound = Read(socket with { Direction = Direction.Outbound });
        Assert.Equal((local, remote, local, remote, "egress"), Ends(outbound));

        JsonElement inbound = Read(socket with { Direction = Direction.Inbound });
        Assert.Equal((remote, local, remote, local, "ingress"), Ends(inbound));

        JsonElement unknown = Read(socket with { Direction = Direction.Unknown });
        Assert.Equal((local, remote, null, null, null), Ends(unknown));

        Assert.All([outbound, inbound, unknown], json =>
        {
            Assert.Equal(transport, json.TextAt("network.transport"));
            Assert.Equal(transport == "tcp" ? "6" : "17", json.TextAt("network.iana_number"));
            Assert.Equal(ipv6 ? "ipv6" : "ipv4", json.TextAt("network.type"));
            Assert.Equal("4613", json.TextAt("network.bytes"));
        });
    }

    [Theory]
    [InlineData("0.0.0.0", "ipv4")]
    [InlineData("::", "ipv6")]
    [InlineData("192.0.2.17", "ipv4")]
    [InlineData("2001:db8::17", "ipv6")]
    public void A_listener_is_destination_and_server_and_has_no_source(string address, string type)
    {
        foreach (Transport transport in Enum.GetValues<Transport>())
        {
            SocketFacts socket = Some.Listener() with
            {
                Transport = transport,
                Tuple = new InetTuple(InetAddress.Parse(address), 8080, default, 0),
            };
            JsonElement json = EncodedEcs.Read(Some.Event(EventAction.ListenerOpened) with { Socket = socket });

            string end = $$"""{"ip":"{{address}}","port":8080}""";
            Assert.Equal((null, end, null, end, null), Ends(json));
            Assert.Equal(type, json.TextAt("network.type"));
            Assert.Null(json.TextAt("network.community_id"));
        }
    }

    [Fact]
    public void The_agents_own_events_have_no_ends()
    {
        foreach (EventAction action in new[] { EventAction.AgentStarted, EventAction.AgentAlive, EventAction.Gap })
        {
            JsonElement json = EncodedEcs.Read(Some.Event(action));

            Assert.Equal((null, null, null, null, null), Ends(json));
            Assert.Equal("""{"hosts":["web-1","shop"]}""", json.TextAt("related"));
        }
    }

    [Fact]
    public void No_end_of_the_event_before_is_left_over()
    {
        using EcsEncoder encoder = new(Some.Host(), EncodedEcs.Boot, new LocalAddresses());
        ArrayBufferWriter<byte> bytes = new();
        foreach (EventAction action in new[] { EventAction.ConnectionOpened, EventAction.ListenerOpened, EventAction.Gap })
        {
            bytes.ResetWrittenCount();
            encoder.Encode(Some.Event(action), bytes);

            Assert.Equal(Ends(EncodedEcs.Read(Some.Event(action))), Ends(JsonElement.Parse(bytes.WrittenSpan)));
            Assert.Equal(action == EventAction.ConnectionOpened, encoder.LastCommunityId.Length > 0);
        }
    }

    [Fact]
    public void The_community_id_is_the_same_as_in_the_connbeat_schema()
    {
        ConnectionEvent[] connections =
        [
            Some.Event(),
            Some.Event() with { Socket = Some.Connection() with { Transport = Transport.Udp } },
            Some.Event() with { Socket = Some.Connection() with { Tuple = Some.IPv6Tuple().Reversed } },
        ];
        using EcsEncoder encoder = new(Some.Host(), EncodedEcs.Boot, new LocalAddresses());
        ArrayBufferWriter<byte> bytes = new();
        foreach (ConnectionEvent happened in connections)
        {
            encoder.Encode(happened, bytes);

            string? id = EncodedEvents.Read(happened).TextAt("network.community_id");
            Assert.Equal(id, Encoding.ASCII.GetString(encoder.LastCommunityId));
            Assert.Equal(id, EncodedEcs.Read(happened).TextAt("network.community_id"));
        }
    }

    [Theory]
    [InlineData(null, 5L, null)]
    [InlineData(5L, null, null)]
    [InlineData(0L, 0L, "0")]
    [InlineData(long.MaxValue, 1L, null)]
    [InlineData(long.MaxValue, 0L, "9223372036854775807")]
    public void Bytes_both_ways_are_told_where_both_are_known(long? sent, long? received, string? sum)
    {
        JsonElement json = Read(Some.Connection() with { BytesSent = sent, BytesReceived = received });

        Assert.Equal(sum, json.TextAt("network.bytes"));
        Assert.Equal($"{sent}", $"{json.TextAt("source.bytes")}");
        Assert.Equal($"{received}", $"{json.TextAt("destination.bytes")}");
    }

    [Theory]
    [InlineData("192.0.2.17", "198.51.100.7", """["192.0.2.17","198.51.100.7"]""")]
    [InlineData("127.0.0.1", "127.0.0.1", """["127.0.0.1"]""")]
    [InlineData("0.0.0.0", "198.51.100.7", """["198.51.100.7"]""")]
    [InlineData("::", "::", null)]
    public void Related_addresses_are_told_once_and_those_that_stand_for_all_are_not(
        string local, string remote, string? related)
    {
        InetTuple tuple = new(InetAddress.Parse(local), 1, InetAddress.Parse(remote), 2);

        Assert.Equal(related, Read(Some.Connection() with { Tuple = tuple }).TextAt("related.ip"));
    }

    private static JsonElement Read(SocketFacts socket) => EncodedEcs.Read(Some.Event() with { Socket = socket });

    private static (string? Source, string? Destination, string? Client, string? Server, string? Direction) Ends(
        JsonElement json) => (
        json.TextAt("source"), json.TextAt("destination"), json.TextAt("client"), json.TextAt("server"),
        json.TextAt("network.direction"));
}
