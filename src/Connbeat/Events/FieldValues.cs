using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>Values that every schema has alike, escaped once.</summary>
internal static class FieldValues
{
    private const int NanosecondsPerTick = (int)(1_000_000_000 / TimeSpan.TicksPerSecond);

    private static readonly JsonEncodedText[] Actions =
        [.. Enum.GetValues<EventAction>().Select(action => JsonEncodedText.Encode(action.Name()))];

    private static readonly JsonEncodedText[] Attributions =
        [.. Enum.GetValues<Attribution>().Select(attribution => JsonEncodedText.Encode(attribution.Name()))];

    private static readonly JsonEncodedText Tcp = JsonEncodedText.Encode("tcp");
    private static readonly JsonEncodedText Udp = JsonEncodedText.Encode("udp");
    private static readonly JsonEncodedText IPv4 = JsonEncodedText.Encode("ipv4");
    private static readonly JsonEncodedText IPv6 = JsonEncodedText.Encode("ipv6");

    /// <summary>The value of <c>event.action</c>.</summary>
    public static JsonEncodedText Of(EventAction action) => Actions[(int)action];

    /// <summary>The value of <c>local_process.attribution</c>.</summary>
    public static JsonEncodedText Of(Attribution attribution) => Attributions[(int)attribution];

    /// <summary>The value of <c>network.transport</c>.</summary>
    public static JsonEncodedText Of(Transport transport) => transport == Transport.Tcp ? Tcp : Udp;

    /// <summary>The value of <c>network.type</c>.</summary>
    public static JsonEncodedText Of(InetTuple tuple) => tuple.Local.IsIPv4 ? IPv4 : IPv6;

    /// <summary>A time span as <c>event.duration</c> has it, in nanoseconds.</summary>
    public static long? Nanoseconds(TimeSpan? duration) => duration?.Ticks * NanosecondsPerTick;
}
