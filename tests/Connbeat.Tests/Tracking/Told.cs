using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tracking;

namespace Connbeat.Tests.Tracking;

/// <summary>What was told of a connection, as it was at that moment.</summary>
internal sealed record Told(
    EventAction Action, uint Namespace, ulong Cookie, uint Life, InetTuple Tuple, long At, string? Reason,
    Direction Direction, Attribution Attribution, int? Pid)
{
    public static Told Of(in Happening happening) => new(
        happening.Action, happening.Connection.Key.Namespace, happening.Connection.Key.Cookie,
        happening.Connection.Life, happening.Connection.Tuple,
        happening.At, happening.Reason, happening.Connection.Direction, happening.Connection.Attribution,
        happening.Connection.Owner?.Pid);

    /// <summary>Such as "connection_opened 7 seen_at_start".</summary>
    public string Text => $"{Action.Name()} {Cookie} {Reason}".TrimEnd();
}
