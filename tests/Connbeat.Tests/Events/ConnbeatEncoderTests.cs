using System.Buffers;
using System.Text.Json;
using Connbeat.Events;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Events;

public sealed class ConnbeatEncoderTests
{
    public static TheoryData<string> Actions() =>
        [.. Enum.GetValues<EventAction>().Select(action => action.Name())];

    /// <summary>The form that consumers have: a change here is a change for all of them.</summary>
    [Fact]
    public void Each_action_has_the_form_that_is_written_down() =>
        Assert.Equal(
            Fixture.Lines("events/connbeat.ndjson"),
            Enum.GetValues<EventAction>().Select(action => Some.Event(action))
                .Append(Some.Event() with { Socket = Some.Connection() with { Nat = Some.Nat() } })
                .Append(Some.Event(EventAction.ConnectionActive) with { Socket = Some.Flow(), End = Some.Event().Timestamp })
                .Select(happened => EncodedEvents.Text(happened)));

    [Fact]
    public void Each_kind_of_container_has_the_form_that_is_written_down()
    {
        SocketFacts contained = Some.Connection() with { Container = Some.Container() };
        SocketFacts unowned = Some.Connection() with
        {
            Process = null,
            Attribution = Attribution.Cgroup,
            Uid = 33,
            Unit = "web.service",
        };
        SocketFacts[] kinds =
        [
            contained,
            contained with { ContainerDetails = Some.ContainerDetails() },
            contained with { Container = Some.ContainerOfPod() },
            unowned with { Container = new ContainerFacts { PodUid = Some.ContainerOfPod().PodUid } },
            unowned,
        ];

        Assert.Equal(
            Fixture.Lines("events/connbeat-containers.ndjson"),
            kinds.Select(socket => EncodedEvents.Text(Some.Event() with { Socket = socket })));
    }

    [Theory]
    [MemberData(nameof(Actions))]
    public void Keys_are_sorted_at_every_level_and_none_stands_twice(string action)
    {
        HostFacts host = Some.Host() with
        {
            Tags = ["b", "a"],
            Fields = new Dictionary<string, object?>
            {
                ["zone"] = "eu",
                ["Env"] = new Dictionary<string, object?> { ["b"] = 1, ["a"] = 2 },
            },
            FieldsUnderRoot = true,
        };

        ConnectionEvent happened = Some.Event(Enum.GetValues<EventAction>().Single(one => one.Name() == action));
        SocketFacts? contained = happened.Socket is not { } socket
            ? null
            : socket with { Container = Some.ContainerOfPod(), ContainerDetails = Some.ContainerDetails() };
        JsonOrder.Sorted(EncodedEvents.Read(happened, host));
        JsonOrder.Sorted(EncodedEvents.Read(happened with { Socket = contained }, host));
    }

    [Fact]
    public void A_socket_without_a_process_is_named_by_its_inode()
    {
        SocketFacts socket = Some.Connection() with { Process = null, Attribution = Attribution.None };
        JsonElement json = EncodedEvents.Read(Some.Event() with { Socket = socket });

        Assert.Equal("Unknown process with inode 4259868", json.At("local_process.binary").GetString());
        Assert.Equal("", json.At("local_process.cmdline").GetString());
        Assert.Equal("""[""]""", json.At("local_process.environ").GetRawText());
        Assert.False(json.GetProperty("local_process").TryGetProperty("pid", out _));
    }

    [Fact]
    public void A_unit_tells_of_a_process_too()
    {
        SocketFacts socket = Some.Connection() with { Process = null, Attribution = Attribution.Cgroup, Unit = "ssh.service" };
        ConnectionEvent happened = Some.Event() with { Socket = socket };

        Assert.Equal("ssh.service", EncodedEvents.Read(happened).At("local_process.unit").GetString());
        Assert.DoesNotContain(
            "ssh", EncodedEvents.Read(happened, exposeProcesses: false).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_must_not_be_told_is_not_told()
    {
        JsonElement json = EncodedEvents.Read(Some.Event(), exposeProcesses: false);

        Assert.Equal("Process with inode 4259868", json.At("local_process.binary").GetString());
        Assert.DoesNotContain("gunicorn", json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_comes_from_the_process_else_from_the_socket()
    {
        SocketFacts known = Some.Connection() with { Uid = 0, User = "root" };
        SocketFacts unknown = known with { Process = Some.Process() with { Uid = null, User = null } };
        SocketFacts nameless = known with { Process = Some.Process() with { User = null } };

        Assert.Equal("www-data", User(known));
        Assert.Equal("root", User(unknown));
        Assert.Null(User(nameless));
    }

    [Fact]
    public void A_kept_process_is_written_anew_when_its_owner_becomes_better_known()
    {
        LocalAddresses addresses = new();
        using ConnbeatEncoder encoder = new(Some.Host(), addresses);
        ArrayBufferWriter<byte> bytes = new();
        ProcessFacts process = Some.Process() with { Uid = null, User = null };
        SocketFacts first = Some.Connection() with { Process = process };
        SocketFacts[] later = [first with { Uid = 5 }, first with { Attribution = Attribution.Bpf }];
        foreach (SocketFacts socket in later.Prepend(first))
        {
            bytes.ResetWrittenCount();
            encoder.Encode(Some.Event() with { Socket = socket }, bytes);
            Assert.Equal(
                EncodedEvents.Read(Some.Event() with { Socket = socket }).GetProperty("local_process").GetRawText(),
                JsonElement.Parse(bytes.WrittenSpan).GetProperty("local_process").GetRawText());
        }
    }

    [Fact]
    public void Two_processes_with_one_pid_are_not_mixed_up()
    {
        using ConnbeatEncoder encoder = new(Some.Host(), new LocalAddresses());
        ArrayBufferWriter<byte> bytes = new();
        foreach (string name in new[] { "sh", "curl", "sh" })
        {
            ProcessFacts process = Some.Process() with { Name = name };
            bytes.ResetWrittenCount();
            encoder.Encode(Some.Event() with { Socket = Some.Connection() with { Process = process } }, bytes);

            Assert.Equal(name, JsonElement.Parse(bytes.WrittenSpan).At("local_process.name").GetString());
        }
    }

    [Fact]
    public void An_events_own_address_is_among_the_hosts_unless_it_is_of_another_namespace_or_a_container()
    {
        SocketFacts foreign = Some.Connection() with { Namespace = 4026532211 };
        SocketFacts contained = Some.Connection() with { Container = Some.Container() };

        Assert.Equal("""["192.0.2.17"]""", EncodedEvents.Read(Some.Event()).At("beat.local_ips").GetRawText());
        Assert.Equal(
            "[]", EncodedEvents.Read(Some.Event() with { Socket = foreign }).At("beat.local_ips").GetRawText());
        Assert.Equal(
            "[]", EncodedEvents.Read(Some.Event() with { Socket = contained }).At("beat.local_ips").GetRawText());
    }

    [Fact]
    public void A_snapshots_event_has_no_sequence()
    {
        JsonElement json = EncodedEvents.Read(Some.Event(EventAction.ConnectionActive) with { Sequence = 0 });

        Assert.False(json.GetProperty("event").TryGetProperty("sequence", out _));
        SchemaAssert.Valid(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    [Fact]
    public void A_duration_is_in_nanoseconds()
    {
        ConnectionEvent closed = Some.Event(EventAction.ConnectionClosed);
        JsonElement json = EncodedEvents.Read(closed with { Duration = TimeSpan.FromTicks(15_000_001) });

        Assert.Equal(1_500_000_100, json.At("event.duration").GetInt64());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_event_makes_less_than_a_byte_of_garbage(bool ofContainer)
    {
        using ConnbeatEncoder encoder = new(Some.Host(), new LocalAddresses());
        SocketFacts socket = Some.Connection() with { Tuple = Some.IPv6Tuple() };
        ConnectionEvent happened = Some.Event() with
        {
            Socket = ofContainer
                ? socket with { Container = Some.Container(), ContainerDetails = Some.ContainerDetails() }
                : socket,
        };
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

    private static string? User(SocketFacts socket) =>
        EncodedEvents.Read(Some.Event() with { Socket = socket }).GetProperty("local_process")
            .TryGetProperty("user", out JsonElement user) ? user.GetString() : null;
}
