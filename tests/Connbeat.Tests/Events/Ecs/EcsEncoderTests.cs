using System.Buffers;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events.Ecs;

public sealed class EcsEncoderTests
{
    private static readonly SocketFacts Contained =
        Some.Connection() with { Container = Some.ContainerOfPod(), ContainerDetails = Some.ContainerDetails() };

    private static readonly SocketFacts Unowned = Some.Connection() with
    {
        Process = null,
        Attribution = Attribution.Cgroup,
        Uid = 33,
        Unit = "web.service",
        Container = new ContainerFacts { PodUid = Some.ContainerOfPod().PodUid },
        Namespace = 4026532211,
        NamespaceName = "blue",
    };

    /// <summary>The form that consumers have: a change here is a change for all of them.</summary>
    [Fact]
    public void Each_action_has_the_form_that_is_written_down() =>
        Assert.Equal(
            Fixture.Lines("events/connbeat-ecs.ndjson"),
            Enum.GetValues<EventAction>().Select(action => Some.Event(action))
                .Append(Some.Event() with { Socket = Contained })
                .Append(Some.Event() with { Socket = Unowned })
                .Append(Some.Event() with { Socket = Some.Connection() with { Nat = Some.Nat() } })
                .Append(Some.Event(EventAction.ConnectionActive) with { Socket = Some.Flow(), End = Some.Event().Timestamp })
                .Select(EncodedEcs.Text));

    [Fact]
    public void Keys_are_sorted_at_every_level_and_none_stands_twice()
    {
        HostFacts host = Some.Host() with
        {
            Tags = ["b", "a"],
            Fields = new Dictionary<string, object?>
            {
                ["zone"] = "eu",
                ["Env"] = new Dictionary<string, object?> { ["b"] = 1, ["a"] = 2 },
                ["labels"] = new Dictionary<string, object?> { ["team"] = "shop" },
            },
            FieldsUnderRoot = true,
        };
        foreach (EventAction action in Enum.GetValues<EventAction>())
        {
            ConnectionEvent happened = Some.Event(action);
            JsonOrder.Sorted(EncodedEcs.Read(happened, host));
            if (happened.Socket is not null)
            {
                JsonOrder.Sorted(EncodedEcs.Read(happened with { Socket = Contained }, host));
                JsonOrder.Sorted(EncodedEcs.Read(happened with { Socket = Unowned }, host));
            }
        }
    }

    [Fact]
    public void A_socket_without_a_process_has_none()
    {
        JsonElement json = EncodedEcs.Read(Some.Event() with { Socket = Unowned });

        Assert.Null(json.TextAt("process"));
        Assert.Equal("""{"id":"33"}""", json.TextAt("user"));
        Assert.Equal("""["33"]""", json.TextAt("related.user"));
        Assert.Equal("""{"attribution":"cgroup","unit":"web.service"}""", json.TextAt("connbeat.local_process"));
    }

    [Fact]
    public void A_process_that_must_not_be_told_is_not_told()
    {
        JsonElement json = EncodedEcs.Read(Some.Event(), exposeProcesses: false);

        Assert.Null(json.TextAt("process"));
        Assert.Null(json.TextAt("user"));
        Assert.DoesNotContain("gunicorn", json.GetRawText(), StringComparison.Ordinal);
        Assert.Null(EncodedEcs.Read(Some.Event() with { Socket = Unowned }, exposeProcesses: false)
            .TextAt("connbeat.local_process.unit"));
    }

    [Fact]
    public void The_user_comes_from_the_process_else_from_the_socket()
    {
        SocketFacts known = Some.Connection() with { Uid = 0, User = "root" };
        SocketFacts unknown = known with { Process = Some.Process() with { Uid = null, User = null } };
        SocketFacts nameless = known with { Process = Some.Process() with { User = null } };
        SocketFacts nobody = Some.Connection() with { Process = null };

        Assert.Equal(
            ["""{"id":"33","name":"www-data"}""", """{"id":"0","name":"root"}""", """{"id":"33"}""", null],
            new[] { known, unknown, nameless, nobody }
                .Select(socket => EncodedEcs.Read(Some.Event() with { Socket = socket }).TextAt("user")));
    }

    [Fact]
    public void What_is_kept_is_never_told_of_another()
    {
        using EcsEncoder encoder = new(Some.Host(), EncodedEcs.Boot, new LocalAddresses());
        ArrayBufferWriter<byte> bytes = new();
        for (int number = 0; number < 3_000; number++)
        {
            string name = $"web-{number % 600}";
            SocketFacts socket = Contained with
            {
                Process = Some.Process() with { Pid = 1 + (number % 2_100), Name = name, Uid = (uint)number % 700, User = name },
                Container = Some.Container() with { Id = name },
                ContainerDetails = Some.ContainerDetails() with { Name = name },
            };
            bytes.ResetWrittenCount();
            encoder.Encode(Some.Event() with { Socket = socket }, bytes);

            JsonElement json = JsonElement.Parse(bytes.WrittenSpan);
            Assert.Equal((name, name, name, name, $"{number % 700}"), (
                json.TextAt("process.name"), json.TextAt("user.name"), json.TextAt("container.id"),
                json.TextAt("container.name"), json.TextAt("user.id")));
        }
    }

    [Fact]
    public void Labels_have_no_dots_and_none_stands_twice()
    {
        ContainerDetails details = Some.ContainerDetails() with
        {
            Name = "web",
            Labels = new Dictionary<string, string>
            {
                ["app"] = "shop",
                ["app.version"] = "1",
                ["app_version"] = "2",
                [""] = "lost",
                [" "] = "lost",
            },
        };
        JsonElement json = EncodedEcs.Read(
            Some.Event() with { Socket = Contained with { ContainerDetails = details } });

        Assert.Equal("""{"app":"shop","app_version":"1"}""", json.TextAt("container.labels"));
        Assert.Equal("web", json.TextAt("container.name"));
    }

    [Fact]
    public void Own_addresses_of_a_container_gather_under_connbeat_and_not_under_host()
    {
        JsonElement json = EncodedEcs.Read(Some.Event() with { Socket = Contained });

        Assert.Equal("""["192.0.2.17"]""", json.TextAt("connbeat.container.local_ips"));
        Assert.Null(json.TextAt("host.ip"));
        Assert.Equal("""["192.0.2.17"]""", EncodedEcs.Read(Some.Event()).TextAt("host.ip"));
    }

    [Fact]
    public void A_snapshots_event_has_no_sequence()
    {
        ConnectionEvent active = Some.Event(EventAction.ConnectionActive) with { Sequence = 0 };

        Assert.Null(EncodedEcs.Read(active).TextAt("event.sequence"));
        PublishedSchema.Ecs.Valid(EncodedEcs.Bytes(active));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void An_event_makes_less_than_a_byte_of_garbage(bool ofContainer, bool isKnown)
    {
        using EcsEncoder encoder = new(Some.Host(), EncodedEcs.Boot, new LocalAddresses());
        SocketFacts socket = Some.Connection() with
        {
            Tuple = Some.IPv6Tuple(),
            Process = isKnown ? Some.Process() : null,
            Uid = 33,
            Container = ofContainer ? Some.ContainerOfPod() : null,
            ContainerDetails = ofContainer && isKnown ? Some.ContainerDetails() : null,
        };
        ConnectionEvent happened = Some.Event() with { Socket = socket };
        ArrayBufferWriter<byte> bytes = new(4096);
        encoder.Encode(happened, bytes);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            bytes.ResetWrittenCount();
            encoder.Encode(happened, bytes);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999);
    }
}
