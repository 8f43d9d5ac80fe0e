using System.Text;
using Connbeat.Config;
using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Delivery;

/// <summary>
/// Whatever an output answers, every event is settled exactly once, the ledger adds up, and events of one key arrive in
/// their order.
/// </summary>
public sealed class PumpModelTests
{
    private const int Events = 80;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_an_output_answers_no_event_is_lost_doubled_or_overtaken()
    {
        int first = Random.Shared.Next();
        for (int round = 0; round < 400; round++)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"seed {first + round}");
            await RunAsync(new Random(first + round));
        }
    }

    private static async Task RunAsync(Random random)
    {
        ManualTime time = new();
        DeliveryHappenings happened = new(new CollectingLogger<DeliveryHappenings>());
        MemoryLog log = new(new MemoryLogLimits(1000, 1_000_000), time, happened);
        SettledOnce cursor = new(log.Open("fickle"));
        FickleOutput output = new(random, cursor);
        PumpOptions options = new()
        {
            BulkMaxSize = random.Next(1, Events + 1),
            FlushInterval = TimeSpan.Zero,
            MaxRetries = random.Next(4) == 0 ? random.Next(6) : -1,
        };
        for (int sequence = 1; sequence <= Events; sequence++)
        {
            log.Append(new EncodedEvent(
                sequence, (UInt128)sequence, new byte[] { (byte)random.Next(6) }, Encoded.Timestamp(sequence), Encoding.UTF8.GetBytes("{}")));
        }

        log.Complete();
        Task<PumpEnd> pump = new Pump(output, cursor, options, time, happened).RunAsync(Token);
        while (!pump.IsCompleted)
        {
            using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(Token);
            Task<TimeSpan> armed = time.Armed.ReadAsync(over.Token).AsTask();
            if (await Task.WhenAny(armed, pump) == armed)
            {
                time.Advance(await armed);
            }

            await over.CancelAsync();
        }

        Assert.Equal(PumpEnd.Drained, await pump);
        output.Verify(cursor, givesUp: options.MaxRetries >= 0);
        Assert.Equal(Events, cursor.Ledger.Appended);
        Assert.Equal(cursor.Lost.Count, cursor.Ledger.Lost);
        Assert.Equal((Events - cursor.Lost.Count, 0), (cursor.Ledger.Delivered, cursor.Ledger.Waiting));
    }

    /// <summary>Answers by chance; keeps events of one key in order, as far as it is told to take them.</summary>
    private sealed class FickleOutput(Random random, SettledOnce cursor) : IOutput
    {
        private readonly List<EncodedEvent> _arrived = [];
        private readonly HashSet<long> _bad = [.. Enumerable.Range(1, Events).Where(_ => random.Next(25) == 0).Select(n => (long)n)];
        private readonly bool _namesTheBad = random.Next(2) == 0;
        private readonly int _health = random.Next(3, 12);
        private bool _doubles;
        private int _sends;

        public string Name => "fickle";

        public bool GoesOnLate { get; } = random.Next(4) == 0;

        public async ValueTask<DeliveryResult> SendAsync(
            IReadOnlyList<EncodedEvent> batch, CancellationToken cancellationToken)
        {
            if (++_sends > 100 * Events || batch.Count == 0 || batch[0].Sequence != cursor.FirstOpen ||
                !batch.Sequences().Order().SequenceEqual(batch.Sequences()))
            {
                // To the pump any other exception is a reason to try again.
                throw new OutputClosedException($"send {_sends}: {string.Join(' ', batch.Sequences())}", new IOException());
            }

            switch (random.Next(_health))
            {
                case 0:
                    return random.Next(3) switch
                    {
                        0 => throw new IOException("reset by peer"),
                        1 => new DeliveryResult.RetryLater("busy"),
                        _ => new DeliveryResult.RetryLater("slow down", TimeSpan.FromMinutes(random.Next(100))),
                    };
                case 1:
                    bool arrives = random.Next(2) == 0 && !batch.Any(IsBad);
                    _doubles |= arrives;
                    _arrived.AddRange(arrives ? batch : []);
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                    break;
            }

            if (!_namesTheBad)
            {
                _arrived.AddRange(batch.Any(IsBad) ? [] : batch);
                return batch.Any(IsBad) ? new DeliveryResult.Refused("something in it") : DeliveryResult.Delivered.All;
            }

            return Take(batch);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>What is not lost has arrived, once unless an answer was lost, and in order.</summary>
        public void Verify(SettledOnce settled, bool givesUp)
        {
            Assert.Equal(givesUp ? settled.LostTo(LossReason.Rejected).Intersect(_bad).Order() : _bad.Order(),
                settled.LostTo(LossReason.Rejected).Order());
            Assert.DoesNotContain(_arrived, IsBad);
            Assert.Subset(_arrived.Sequences().ToHashSet(), Enumerable.Range(1, Events).Select(n => (long)n).Except(settled.Lost).ToHashSet());
            foreach (IGrouping<byte, EncodedEvent> key in _arrived.GroupBy(one => one.Key.Span[0]))
            {
                long[] once = [.. key.Sequences().Distinct()];
                Assert.Equal(once.Order(), once);
                Assert.True(_doubles || once.Length == key.Count(), "an event has arrived twice");
            }
        }

        /// <summary>Takes some, wants some again, rejects the bad; one that it wants again holds back those of its key.</summary>
        private DeliveryResult Take(IReadOnlyList<EncodedEvent> batch)
        {
            List<int> again = [];
            List<Rejection> rejected = [];
            HashSet<byte> heldBack = [];
            for (int i = batch.Count == 1 ? 1 : 0; i < batch.Count; i++)
            {
                byte key = batch[i].Key.Span[0];
                if (heldBack.Contains(key) || random.Next(30) == 0)
                {
                    heldBack.Add(key);
                    again.Add(i);
                }
                else if (IsBad(batch[i]))
                {
                    rejected.Add(new Rejection(i, "bad"));
                }
                else
                {
                    _arrived.Add(batch[i]);
                }
            }

            if (batch.Count == 1)
            {
                _arrived.AddRange(IsBad(batch[0]) ? [] : batch);
                return IsBad(batch[0]) ? new DeliveryResult.Refused("bad") : DeliveryResult.Delivered.All;
            }

            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(again));
            return again.Count + rejected.Count == 0
                ? DeliveryResult.Delivered.All
                : new DeliveryResult.Partial(again, After: null, rejected);
        }

        private bool IsBad(EncodedEvent one) => _bad.Contains(one.Sequence);
    }

    /// <summary>Passes everything on to a cursor, and sees that no event is settled twice, nor passed over.</summary>
    private sealed class SettledOnce(ILogCursor cursor) : ILogCursor
    {
        private readonly Dictionary<long, LossReason> _lost = [];
        private EventBatch? _batch;

        public OutputLedger Ledger => cursor.Ledger;

        public DateTimeOffset? OldestWaiting => cursor.OldestWaiting;

        /// <summary>Sequences of the lost events.</summary>
        public Dictionary<long, LossReason>.KeyCollection Lost => _lost.Keys;

        /// <summary>Sequence of the oldest event that is not settled.</summary>
        public long FirstOpen { get; private set; } = 1;

        public IEnumerable<long> LostTo(LossReason reason) => _lost.Where(lost => lost.Value == reason).Select(lost => lost.Key);

        public async ValueTask<EventBatch?> ReadAsync(
            int maxEvents, long maxBytes, TimeSpan linger, CancellationToken cancellationToken)
        {
            EventBatch? batch = await cursor.ReadAsync(maxEvents, maxBytes, linger, cancellationToken);
            Assert.Equal(batch is null ? Events + 1 : batch.Events[0].Sequence, FirstOpen);
            return _batch = batch;
        }

        public void Acknowledge(long through)
        {
            long sequence = SequenceOf(through);
            Assert.InRange(sequence, FirstOpen, long.MaxValue);
            FirstOpen = sequence + 1;
            cursor.Acknowledge(through);
        }

        public void Lose(long position, LossReason reason)
        {
            Assert.InRange(SequenceOf(position), FirstOpen, long.MaxValue);
            Assert.True(_lost.TryAdd(SequenceOf(position), reason), "an event was lost twice");
            cursor.Lose(position, reason);
        }

        public long Close(LossReason reason) => cursor.Close(reason);

        private long SequenceOf(long position) => _batch!.Events[(int)(position - _batch.First)].Sequence;
    }
}
