using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Linux;
using Connbeat.Outputs.Kafka;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Outputs.Kafka;

/// <summary>A log, a pump and a Kafka output on their way to a cluster, by the machine's own clock.</summary>
internal sealed class KafkaRoute : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _abandon = new();
    private readonly CollectingLogger<DeliveryHappenings> _told = new();
    private readonly MemoryLog _log;
    private readonly ILogCursor _cursor;
    private readonly KafkaOutput _output;
    private readonly Task<PumpEnd> _pumping;
    private readonly List<EncodedEvent> _sent = [];

    /// <summary>Begins.</summary>
    /// <param name="cluster">Where to.</param>
    /// <param name="settings">Settings of the output in flow style.</param>
    /// <param name="flush">How long an event waits for company.</param>
    public KafkaRoute(MockCluster cluster, string settings = "", string flush = "1ms")
    {
        string hasty = $"backoff: {{ init: 2ms, max: 20ms }}, flush_interval: {flush}";
        KafkaOutputOptions options = KafkaOptions.Read(settings.Length > 0 ? $"{hasty}, {settings}" : hasty, cluster.Hosts);
        DeliveryHappenings happened = new(_told);
        _log = new MemoryLog(new MemoryLogLimits(1_000_000, 1 << 30), BootTime.Clock, happened);
        _cursor = _log.Open("kafka");
        _output = new KafkaOutput(options, BootTime.Clock);
        _pumping = new Pump(_output, _cursor, options.Pump, BootTime.Clock, happened).RunAsync(_abandon.Token);
    }

    /// <summary>Everything that was appended.</summary>
    public IReadOnlyList<EncodedEvent> Sent => _sent;

    /// <summary>What came of it.</summary>
    public OutputLedger Ledger => _cursor.Ledger;

    /// <summary>What was logged.</summary>
    public IReadOnlyList<string> Told => _told.Lines;

    /// <summary>Appends events of so many connections, in turn.</summary>
    /// <param name="events">How many.</param>
    /// <param name="keys">Of how many connections.</param>
    /// <param name="name">The value of their field <c>name</c>.</param>
    /// <param name="bytes">How large they are at least.</param>
    public void Append(int events, int keys = 7, string name = "", int bytes = 0)
    {
        for (int i = 0; i < events; i++)
        {
            long sequence = _sent.Count + 1;
            EncodedEvent @event = new(
                sequence, ((UInt128)sequence << 64) + 0xABCD, Encoding.ASCII.GetBytes($"1:key{sequence % keys}="),
                new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero).AddMilliseconds(sequence),
                Encoding.UTF8.GetBytes($$"""{"event":{"sequence":{{sequence}}},"fields":{"name":"{{name}}"},"text":"{{new string('x', bytes + (int)(sequence * 7919 % 900))}}ü"}"""));
            _sent.Add(@event);
            _log.Append(@event);
        }
    }

    /// <summary>Waits until everything is delivered, or lost.</summary>
    public async Task SettleAsync()
    {
        using CancellationTokenSource late = new(Patience);
        while (Ledger.Waiting > 0)
        {
            Assert.False(late.IsCancellationRequested, $"{Ledger.Waiting} events wait after {Patience}: {string.Join('\n', Told)}");
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Sees that a reader has every event, byte for byte; that each key is in one partition; and that each event comes first
    /// after those before it with the same key.
    /// </summary>
    /// <param name="reader">The reader.</param>
    /// <param name="mayOvertake">
    /// True where the mock refuses a batch while later ones are on their way: a broker then refuses these too, as their sequence
    /// numbers do not follow, but the mock looks at none and takes them.
    /// </param>
    public async Task HasArrivedAsync(KafkaReader reader, bool mayOvertake = false)
    {
        IReadOnlyList<Consumed> messages = await reader.WaitAsync(_sent.Count);
        Assert.Equal(_sent.Count, Ledger.Delivered);
        foreach (Consumed message in messages)
        {
            EncodedEvent @event = _sent[(int)message.Sequence - 1];
            Assert.Equal(Encoding.UTF8.GetString(@event.Json.Span), message.Value);
            Assert.Equal(Encoding.UTF8.GetString(@event.Key.Span), message.Key);
            Assert.Equal(@event.Timestamp.ToUnixTimeMilliseconds(), message.Timestamp);
            Assert.Equal($"{@event.Id:x32}", message.Headers.Single(header => header.Name == "event.id").Value);
        }

        foreach (IGrouping<string?, Consumed> ofKey in messages.GroupBy(message => message.Key))
        {
            Assert.Single(ofKey.Select(message => message.Partition).Distinct());
            long[] first = [.. ofKey.Select(message => message.Sequence).Distinct()];
            if (!mayOvertake)
            {
                Assert.Equal(first.Order(), first);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _abandon.CancelAsync();
        await _pumping;
        await _output.DisposeAsync();
        _abandon.Dispose();
    }
}
