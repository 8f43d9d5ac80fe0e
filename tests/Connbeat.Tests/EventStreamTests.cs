using System.Text.Json;
using Connbeat.Delivery;
using Connbeat.Events;
using Connbeat.Telemetry;
using Connbeat.Tests.Delivery;
using Connbeat.Tests.Processing;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;
using Connbeat.Tracking.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests;

public sealed class EventStreamTests : IDisposable
{
    private static readonly Guid Boot = new("0102a3b4-c5d6-e7f8-91a2-b3c4d5e6f708");
    private static readonly Guid Run = new("f1e2d3c4-b5a6-9788-6955-4a3b2c1d0e0f");

    private readonly ManualTime _time = new();
    private readonly EventIds _ids = new(Boot, Run);
    private readonly string _folder = Directory.CreateTempSubdirectory("connbeat-stream-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_event_gets_the_next_place_in_the_sequence_and_says_so()
    {
        MemoryLog log = NewLog();
        ILogCursor cursor = log.Open("test");
        EventStream stream = Stream(log, null);
        Connection connection = Entries.Connection(Entries.Socket(7));
        stream.Tell(EventAction.AgentStarted, run: RunFacts.Nothing);
        stream.Tell(new Happening(EventAction.ConnectionOpened, connection, 5, null));
        stream.Tell(EventAction.Gap, gap: new GapFacts("capture", "receive_buffer_overrun", 3, _time.GetUtcNow(), _time.GetUtcNow()));

        EventBatch? batch = await cursor.ReadNowAsync();
        Encoded.Holds(batch, 1, 2, 3);
        Assert.Equal(3, stream.LastSequence);
        foreach (EncodedEvent told in batch!.Events)
        {
            JsonElement about = JsonDocument.Parse(told.Json).RootElement.GetProperty("event");
            Assert.Equal(told.Sequence, about.GetProperty("sequence").GetInt64());
            Assert.Equal(new EventId(told.Id).ToString(), about.GetProperty("id").GetString());
        }

        Assert.Equal(
            [_ids.OfObservation(1).Value, _ids.OfObservation(3).Value], [batch.Events[0].Id, batch.Events[2].Id]);
    }

    [Fact]
    public async Task What_was_told_to_be_open_is_noted_until_its_end_is_told()
    {
        string path = Path.Combine(_folder, "state");
        TrackingHappenings happened = new(NullLogger<TrackingHappenings>.Instance);
        (StateFile? state, _) = StateFile.Open(path, Boot, Run, happened);
        state!.Compact([], 0);
        EventStream stream = Stream(NewLog(), state);
        foreach ((EventAction action, Connection connection) in new[]
        {
            (EventAction.ConnectionOpened, Entries.Connection(Entries.Socket(7))),
            (EventAction.ListenerOpened, Entries.Connection(Entries.Listener(8, 22))),
            (EventAction.ConnectionOpened, Entries.Connection(Entries.Socket(9))),
            (EventAction.ConnectionFailed, Entries.Connection(Entries.Socket(10, Connbeat.Linux.TcpState.SynSent))),
            (EventAction.ConnectionClosed, Entries.Connection(Entries.Socket(7))),
        })
        {
            stream.Tell(new Happening(action, connection, 5, null));
        }

        state.Stopped(stream.LastSequence);
        await state.DisposeAsync();
        (StateFile? next, SavedRun? saved) = StateFile.Open(path, Boot, Guid.NewGuid(), happened);
        await next!.DisposeAsync();

        Assert.Equal([8ul, 9], saved!.Open.Select(open => open.Key.Cookie).Order().ToArray());
        Assert.Equal((5, true), (saved.LastSequence, saved.WasClean));
    }

    [Fact]
    public async Task What_processors_drop_leaves_no_hole_in_the_sequence_and_is_open_all_the_same()
    {
        string path = Path.Combine(_folder, "state");
        TrackingHappenings happened = new(NullLogger<TrackingHappenings>.Instance);
        (StateFile? state, _) = StateFile.Open(path, Boot, Run, happened);
        state!.Compact([], 0);
        MemoryLog log = NewLog();
        ILogCursor cursor = log.Open("test");
        EventStream stream = Stream(log, state);
        stream.Process(Processors.Of("[drop_event: {when: {equals: {event.action: listener_opened}}}]"));
        stream.Tell(EventAction.AgentStarted, run: RunFacts.Nothing);
        stream.Tell(new Happening(EventAction.ListenerOpened, Entries.Connection(Entries.Listener(8, 22)), 5, null));
        stream.Tell(new Happening(EventAction.ConnectionOpened, Entries.Connection(Entries.Socket(7)), 5, null));
        state.Stopped(stream.LastSequence);
        await state.DisposeAsync();
        (StateFile? next, SavedRun? saved) = StateFile.Open(path, Boot, Guid.NewGuid(), happened);
        await next!.DisposeAsync();

        Encoded.Holds(await cursor.ReadNowAsync(), 1, 2);
        Assert.Equal((2, 1), (stream.LastSequence, stream.Dropped));
        Assert.Equal([7ul, 8], saved!.Open.Select(open => open.Key.Cookie).Order().ToArray());
    }

    [Fact]
    public async Task Processors_are_replaced_from_one_event_to_the_next_and_the_key_stays()
    {
        MemoryLog log = NewLog();
        ILogCursor cursor = log.Open("test");
        EventStream stream = Stream(log, null);
        Happening opened = new(EventAction.ConnectionOpened, Entries.Connection(Entries.Socket(7)), 5, null);
        stream.Tell(opened);
        stream.Process(Processors.Of("[drop_fields: {fields: [network]}]"));
        stream.Tell(opened);
        stream.Process(Processors.Of("[]"));
        stream.Tell(opened);

        EncodedEvent[] told = [.. (await cursor.ReadNowAsync())!.Events];
        Assert.Equal([true, false, true], told.Select(one => JsonElement.Parse(one.Json.Span).TryGetProperty("network", out _)));
        Assert.Single(told.Select(one => System.Text.Encoding.UTF8.GetString(one.Key.Span)).Distinct());
        Assert.Equal(CommunityId.Length, told[1].Key.Length);
    }

    private MemoryLog NewLog() => new(
        new MemoryLogLimits(100, 1 << 20), _time, new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance));

    private EventStream Stream(IEventLog log, StateFile? state)
    {
        HostFacts host = new() { Hostname = "h", Name = "h", Version = "0", Run = Run };
        return new EventStream(
            OneLog.Of(log, new ConnbeatEncoder(host, new LocalAddresses())), Entries.Around, _ids, state, new WallClock(_time), _time);
    }
}
