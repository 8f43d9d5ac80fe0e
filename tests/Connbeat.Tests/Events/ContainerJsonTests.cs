using System.Buffers;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class ContainerJsonTests : IDisposable
{
    private readonly ConnbeatEncoder _encoder = new(Some.Host(), new LocalAddresses());

    private static SocketFacts Socket =>
        Some.Connection() with { Container = Some.Container(), ContainerDetails = Some.ContainerDetails() };

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public void Labels_with_dots_and_symbols_survive() =>
        Assert.Equal(
            Some.ContainerDetails().Labels,
            Container(Socket).GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!));

    [Fact]
    public void Its_own_addresses_gather_and_are_null_before_there_is_one()
    {
        SocketFacts listener = Socket with { Tuple = Some.ListenerTuple() };
        Assert.Equal("null", Container(listener).GetProperty("local_ips").GetRawText());
        Assert.Equal("""["172.17.0.2"]""", Container(At("172.17.0.2")).GetProperty("local_ips").GetRawText());
        Assert.Equal("""["172.17.0.2"]""", Container(At("127.0.0.1")).GetProperty("local_ips").GetRawText());
        Assert.Equal(
            """["172.17.0.2","fd00::2"]""", Container(At("fd00::2")).GetProperty("local_ips").GetRawText());

        SocketFacts other = Socket with { Container = Some.Container() with { Id = "another" } };
        Assert.Equal("""["192.0.2.17"]""", Container(other).GetProperty("local_ips").GetRawText());
    }

    [Fact]
    public void What_the_engine_says_later_is_told_from_then_on()
    {
        ContainerDetails renamed = Some.ContainerDetails() with { Name = "/renamed" };

        Assert.False(Container(Socket with { ContainerDetails = null }).TryGetProperty("name", out _));
        Assert.Equal("/shop_web_1", Container(Socket).GetProperty("name").GetString());
        Assert.Equal("/renamed", Container(Socket with { ContainerDetails = renamed }).GetProperty("name").GetString());
    }

    [Fact]
    public void Unknown_addresses_of_the_engines_host_are_null_and_an_empty_environment_is_empty()
    {
        JsonElement container = Container(Socket with
        {
            ContainerDetails = Some.ContainerDetails() with { Host = new ContainerHost("web-1", null), Environment = [] },
        });

        Assert.Equal("""{"hostname":"web-1","ips":null}""", container.GetProperty("docker_host").GetRawText());
        Assert.Equal("[]", container.GetProperty("env").GetRawText());
    }

    [Fact]
    public void Many_containers_are_never_mixed_up()
    {
        for (int number = 0; number < 900; number++)
        {
            string name = $"web-{number % 300}";
            SocketFacts socket = Socket with
            {
                Container = new ContainerFacts { Id = name },
                ContainerDetails = Some.ContainerDetails() with { Name = name },
            };

            Assert.Equal((name, name), (
                Container(socket).GetProperty("id").GetString(), Container(socket).GetProperty("name").GetString()));
        }
    }

    [Fact]
    public void Very_many_labels_are_told_whole()
    {
        Dictionary<string, string> labels = Enumerable.Range(0, 5_000).ToDictionary(number => $"label.{number}", number => $"{number}");
        SocketFacts socket = Socket with { ContainerDetails = Some.ContainerDetails() with { Labels = labels } };

        Assert.Equal(5_000, Container(socket).GetProperty("labels").EnumerateObject().Count());
    }

    private static SocketFacts At(string address) =>
        Socket with { Tuple = Some.Tuple() with { Local = InetAddress.Parse(address) } };

    private JsonElement Container(SocketFacts socket)
    {
        ArrayBufferWriter<byte> bytes = new();
        _encoder.Encode(Some.Event() with { Socket = socket }, bytes);
        SchemaAssert.Valid(bytes.WrittenSpan);
        return JsonElement.Parse(bytes.WrittenSpan).GetProperty("container");
    }
}
