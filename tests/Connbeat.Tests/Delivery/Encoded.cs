using System.Text;
using Connbeat.Delivery;

namespace Connbeat.Tests.Delivery;

/// <summary>Builds encoded events for tests.</summary>
internal static class Encoded
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>The timestamp of the event of a sequence: a second later each.</summary>
    public static DateTimeOffset Timestamp(long sequence) => Start.AddSeconds(sequence);

    /// <summary>An event of so many bytes of JSON.</summary>
    public static EncodedEvent Event(long sequence, int bytes = 10) =>
        Event(sequence, Encoding.UTF8.GetString(Enumerable.Repeat((byte)' ', bytes).ToArray()));

    public static EncodedEvent Event(long sequence, string json) =>
        new(sequence, (UInt128)sequence, null, Timestamp(sequence), Encoding.UTF8.GetBytes(json));

    public static long[] Sequences(this IEnumerable<EncodedEvent> events) => [.. events.Select(e => e.Sequence)];

    /// <summary>Sees that a batch was read and holds exactly these.</summary>
    public static void Holds(EventBatch? batch, params long[] sequences) =>
        Assert.Equal(sequences, batch!.Events.Sequences());

    /// <summary>Appends events with these sequences.</summary>
    public static void Append(this IEventLog log, long from, long to)
    {
        for (long sequence = from; sequence <= to; sequence++)
        {
            log.Append(Event(sequence));
        }
    }

    /// <summary>Reads what is there without waiting for more.</summary>
    public static ValueTask<EventBatch?> ReadNowAsync(
        this ILogCursor cursor, int maxEvents = 100, long maxBytes = 10_000) =>
        cursor.ReadAsync(maxEvents, maxBytes, TimeSpan.Zero, TestContext.Current.CancellationToken);

    public static (long Appended, long Delivered, long Waiting, long Lost) Figures(this ILogCursor cursor) =>
        (cursor.Ledger.Appended, cursor.Ledger.Delivered, cursor.Ledger.Waiting, cursor.Ledger.Lost);
}
