using Connbeat.Delivery;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connbeat.Tests.Delivery;

/// <summary>The log against its plainest model, a list per output: random lives, tiny limits, a printed seed.</summary>
public sealed class MemoryLogModelTests(ITestOutputHelper output)
{
    private const int MaxEvents = 7;
    private const int MaxBytes = 90;

    private readonly int _seed = Random.Shared.Next();

    private long _sequence;

    [Fact]
    public async Task The_log_does_as_lists_do_and_its_ledger_is_true_at_every_step()
    {
        output.WriteLine($"seed {_seed}");
        Random random = new(_seed);
        for (int life = 0; life < 200; life++)
        {
            await LiveAsync(random);
        }
    }

    private async Task LiveAsync(Random random)
    {
        MemoryLog log = new(
            new MemoryLogLimits(MaxEvents, MaxBytes), new ManualTime(),
            new DeliveryHappenings(NullLogger<DeliveryHappenings>.Instance));
        List<Model> models = [];
        List<Model> closed = [];
        for (int step = 0; step < 300; step++)
        {
            int action = random.Next(100);
            if (action < 3 && models.Count < 4)
            {
                models.Add(new Model((MemoryCursor)log.Open($"output {step}")));
            }
            else if (action < 5 && models.Count > 0)
            {
                Model closing = models[random.Next(models.Count)];
                models.Remove(closing);
                closing.Close();
                closed.Add(closing);
            }
            else if (action < 60)
            {
                EncodedEvent @event = Encoded.Event(++_sequence, random.Next(1, 40));
                log.Append(@event);
                Append(models, @event);
            }
            else if (models.Count > 0)
            {
                Model model = models[random.Next(models.Count)];
                if (model.Batch.Count > 0)
                {
                    model.Settle(random);
                }
                else if (model.Unread.Count > 0)
                {
                    await model.ReadAsync(random);
                }
            }

            Assert.All(models, model => model.Check());
            if (models.Count == 0)
            {
                Assert.Null(log.Fill);
                continue;
            }

            double least = models.Min(model => Math.Max(
                (double)model.Unread.Count / MaxEvents, (double)model.Unread.Sum(e => e.Json.Length) / MaxBytes));
            Assert.Equal(least, log.Fill!.Value.Highest);
        }

        Assert.Equal(models.Concat(closed).Sum(model => model.Lost), log.TakeLosses().Sum(loss => loss.Count));
    }

    /// <summary>The longest list is the log: what must go for the new event goes from every list that has it.</summary>
    private static void Append(List<Model> models, EncodedEvent @event)
    {
        models.ForEach(model => model.Appended++);
        while (models.MaxBy(model => model.Unread.Count)?.Unread is { Count: > 0 } log &&
            (log.Count == MaxEvents || log.Sum(e => e.Json.Length) + @event.Json.Length > MaxBytes))
        {
            EncodedEvent oldest = log[0];
            models.ForEach(model => model.Lost += model.Unread.Remove(oldest) ? 1 : 0);
        }

        models.ForEach(model => model.Unread.Add(@event));
    }

    private sealed class Model(MemoryCursor cursor)
    {
        private EventBatch? _read;

        public List<EncodedEvent> Unread { get; } = [];

        /// <summary>The part of the batch that is not settled.</summary>
        public List<EncodedEvent> Batch { get; private set; } = [];

        public long Appended { get; set; }

        public long Lost { get; set; }

        private long Delivered { get; set; }

        public async Task ReadAsync(Random random)
        {
            int most = random.Next(1, 10);
            int bytes = random.Next(1, 100);
            int sum = 0;
            Batch = [.. Unread.Take(most).TakeWhile((e, i) => (sum += e.Json.Length) <= bytes || i == 0)];
            Unread.RemoveRange(0, Batch.Count);
            _read = await cursor.ReadAsync(most, bytes, TimeSpan.Zero, CancellationToken.None);
            Assert.Equal(Batch, _read!.Events);
        }

        /// <summary>Loses some of the batch, then acknowledges a part of it.</summary>
        public void Settle(Random random)
        {
            int count = random.Next(1, Batch.Count + 1);
            long first = _read!.Last + 1 - Batch.Count;
            for (int i = 0; i < count; i++)
            {
                if (random.Next(4) == 0)
                {
                    cursor.Lose(first + i, LossReason.Rejected);
                    Lost++;
                }
                else
                {
                    Delivered++;
                }
            }

            cursor.Acknowledge(first + count - 1);
            Batch.RemoveRange(0, count);
        }

        public void Close()
        {
            Assert.Equal(Unread.Count + Batch.Count, cursor.Close(LossReason.Shutdown));
            Lost += Unread.Count + Batch.Count;
            Unread.Clear();
            Batch.Clear();
            Check();
        }

        public void Check()
        {
            OutputLedger ledger = cursor.Ledger;
            Assert.Equal(
                (Appended, Delivered, Lost, Unread.Count + Batch.Count),
                (ledger.Appended, ledger.Delivered, ledger.Lost, cursor.Waiting));
            Assert.Equal(ledger.Appended, ledger.Delivered + cursor.Waiting + ledger.Lost);
        }
    }
}
