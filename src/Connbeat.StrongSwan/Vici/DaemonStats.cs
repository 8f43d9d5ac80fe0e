using System.Globalization;

namespace Connbeat.StrongSwan.Vici;

/// <summary>What the daemon tells of itself: <c>stats</c>.</summary>
internal sealed record DaemonStats
{
    /// <summary>When it began; null where it does not say so in words that are understood.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Its threads, and those that have nothing to do.</summary>
    public (long Total, long Idle) Workers { get; init; }

    /// <summary>Threads at work, by the priority of what they do.</summary>
    public required IReadOnlyList<(string Priority, long Count)> Active { get; init; }

    /// <summary>Jobs that wait for a thread, by priority.</summary>
    public required IReadOnlyList<(string Priority, long Count)> Queued { get; init; }

    /// <summary>Jobs that wait for their time.</summary>
    public long Scheduled { get; init; }

    /// <summary>IKE_SAs, and those of them that a peer has not yet proved.</summary>
    public (long Total, long HalfOpen) IkeSas { get; init; }

    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="zone">The time zone that the daemon tells its start in: the host's.</param>
    public static DaemonStats Read(ViciSection answer, TimeZoneInfo zone)
    {
        ViciSection workers = answer.Section("workers"u8);
        ViciSection sas = answer.Section("ikesas"u8);
        return new()
        {
            Since = ReadTime(answer.Section("uptime"u8).Text("since"u8), zone),
            Workers = (workers.Number("total"u8), workers.Number("idle"u8)),
            Active = ReadPriorities(workers.Section("active"u8)),
            Queued = ReadPriorities(answer.Section("queues"u8)),
            Scheduled = answer.Number("scheduled"u8),
            IkeSas = (sas.Number("total"u8), sas.Number("half-open"u8)),
        };
    }

    /// <summary><c>Nov 21 06:32:51 2026</c>, with a space before a day of one digit.</summary>
    private static DateTimeOffset? ReadTime(string text, TimeZoneInfo zone) =>
        DateTime.TryParseExact(
            text, "MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out DateTime local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local))
            : null;

    private static IReadOnlyList<(string, long)> ReadPriorities(ViciSection section) =>
        [.. ((string[])["critical", "high", "medium", "low"])
            .Select(priority => (priority, section.Number(System.Text.Encoding.ASCII.GetBytes(priority))))];
}
