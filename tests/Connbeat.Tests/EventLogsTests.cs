using System.Text.Json;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Connbeat.Tests.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests;

public sealed class EventLogsTests
{
    private static readonly Guid Run = Guid.NewGuid();

    private static readonly HostFacts Host = new() { Hostname = "h", Name = "h", Version = "0", Run = Run };

    private readonly ManualTime _time = new();
    private readonly List<EventSchema> _opened = [];

    [Fact]
    public async Task The_same_event_reaches_each_output_in_the_schema_that_it_asks_for()
    {
        EventLogs logs = new(Open);
        ILogCursor console = logs.Of(EventSchema.Connbeat).Open("console");
        ILogCursor file = logs.Of(EventSchema.Ecs).Open("file");
        ILogCursor http = logs.Of(EventSchema.Ecs).Open("http");
        Stream(logs).Tell(EventAction.AgentStarted);

        EncodedEvent original = await NextAsync(console), ecs = await NextAsync(file);
        Assert.Equal("connbeat-agent", JsonElement.Parse(original.Json.Span).GetProperty("type").GetString());
        Assert.StartsWith("9.", JsonElement.Parse(ecs.Json.Span).GetProperty("ecs").GetProperty("version").GetString());
        Assert.Equal((original.Sequence, original.Id), (ecs.Sequence, ecs.Id));
        Assert.Same(ecs, await NextAsync(http));
        Assert.Equal([EventSchema.Connbeat, EventSchema.Ecs], _opened);
    }

    [Fact]
    public void Without_outputs_nothing_is_encoded_and_the_sequence_goes_on()
    {
        EventLogs logs = new(Open);
        EventStream stream = Stream(logs);
        stream.Tell(EventAction.AgentStarted);

        Assert.Empty(_opened);
        Assert.Equal(1, stream.LastSequence);
        Assert.Null(logs.Fill);
        Assert.Empty(logs.TakeLosses());
    }

    [Fact]
    public async Task It_is_as_full_as_its_emptiest_log_and_tells_the_losses_of_all()
    {
        EventLogs logs = new(Open);
        ILogCursor lost = logs.Of(EventSchema.Connbeat).Open("console");
        EventStream stream = Stream(logs);
        stream.Tell(EventAction.AgentStarted);
        Assert.Equal(0.1, logs.Fill!.Value.Events, 6);

        ILogCursor file = logs.Of(EventSchema.Ecs).Open("file");
        await NextAsync(lost);
        stream.Tell(EventAction.AgentAlive);
        await NextAsync(file);
        lost.Close(LossReason.Shutdown);
        file.Close(LossReason.Shutdown);
        Assert.Equal(["console", "file"], logs.TakeLosses().Select(loss => loss.Output).Order());
    }

    private static async Task<EncodedEvent> NextAsync(ILogCursor cursor) =>
        Assert.Single((await cursor.ReadAsync(1, 1 << 20, TimeSpan.Zero, TestContext.Current.CancellationToken))!.Events);

    private EventStream Stream(EventLogs logs) =>
        new(logs, Entries.Around, new EventIds(Run, Run), null, new WallClock(_time), _time);

    private EventForm Open(EventSchema schema)
    {
        _opened.Add(schema);
        IEventEncoder encoder = schema is EventSchema.Ecs
            ? new EcsEncoder(Host, new BootFacts { Id = Run }, new LocalAddresses())
            : new ConnbeatEncoder(Host, new LocalAddresses());
        return new EventForm(schema, encoder, new MemoryLog(
            new MemoryLogLimits(10, 1 << 20), _time, new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance)));
    }
}
