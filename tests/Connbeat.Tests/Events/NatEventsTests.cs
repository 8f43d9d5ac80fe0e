using Connbeat.Events;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;

namespace Connbeat.Tests.Events;

public sealed class NatEventsTests
{
    private const string Local = """{"ip":"203.0.113.9","port":61000}""", Remote = """{"ip":"2001:db8::8080","port":8443}""";

    [Fact]
    public void The_connbeat_schema_tells_the_ends_that_are_others()
    {
        Assert.Equal(
            """{"local_ip":"203.0.113.9","local_port":61000,"remote_ip":"2001:db8::8080","remote_port":8443}""",
            EncodedEvents.Read(Translated(Some.Nat())).At("network.nat").GetRawText());
        Assert.Equal(
            """{"remote_ip":"2001:db8::8080","remote_port":8443}""",
            EncodedEvents.Read(Translated(Some.Nat() with { Local = null })).At("network.nat").GetRawText());
    }

    [Theory]
    [InlineData(false, Local, Remote)]
    [InlineData(true, Remote, Local)]
    public void ECS_tells_them_by_who_began_the_connection(bool isInbound, string source, string destination)
    {
        var json = EncodedEcs.Read(Translated(Some.Nat(), isInbound ? Direction.Inbound : Direction.Outbound));

        Assert.Equal((source, source), (json.TextAt("source.nat"), json.TextAt("client.nat")));
        Assert.Equal((destination, destination), (json.TextAt("destination.nat"), json.TextAt("server.nat")));
        string[] related = [.. json.At("related.ip").EnumerateArray().Select(address => address.GetString()!).Order(StringComparer.Ordinal)];
        Assert.Equal(["192.0.2.17", "198.51.100.7", "2001:db8::8080", "203.0.113.9"], related);
        JsonOrder.Sorted(json);
    }

    [Fact]
    public void An_end_that_stays_what_it_is_has_none()
    {
        var json = EncodedEcs.Read(Translated(Some.Nat() with { Remote = new(Some.Tuple().Remote, 8443) }));

        Assert.Equal("""{"ip":"198.51.100.7","port":8443}""", json.TextAt("destination.nat"));
        Assert.Equal("""["192.0.2.17","203.0.113.9","198.51.100.7"]""", json.TextAt("related.ip"));
        Assert.Null(EncodedEcs.Read(Translated(Some.Nat() with { Remote = null })).TextAt("destination.nat"));
    }

    [Fact]
    public void Only_connections_of_the_agents_own_namespace_are_looked_up()
    {
        Surroundings around = Entries.Around with { Translations = (_, tuple) => tuple == Entries.Tuple() ? Some.Nat() : null };

        Assert.Equal(Some.Nat(), around.NatOf(Entries.Connection(Entries.Socket(7))));
        Assert.Null((around with { OwnNamespace = 1 }).NatOf(Entries.Connection(Entries.Socket(7))));
        Assert.Null(around.NatOf(Entries.Connection(Entries.Socket(8, tuple: Entries.Tuple(localPort: 1)))));
    }

    private static ConnectionEvent Translated(NatFacts nat, Direction direction = Direction.Outbound) =>
        Some.Event() with { Socket = Some.Connection() with { Nat = nat, Direction = direction } };
}
