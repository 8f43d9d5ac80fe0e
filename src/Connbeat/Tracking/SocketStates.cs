using Connbeat.Linux;

namespace Connbeat.Tracking;

/// <summary>The names of states as <c>ss</c> writes them.</summary>
internal static class SocketStates
{
    private static readonly Dictionary<string, TcpState> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["established"] = TcpState.Established,
        ["estab"] = TcpState.Established,
        ["syn-sent"] = TcpState.SynSent,
        ["syn-recv"] = TcpState.SynReceived,
        ["fin-wait-1"] = TcpState.FinWait1,
        ["fin-wait-2"] = TcpState.FinWait2,
        ["time-wait"] = TcpState.TimeWait,
        ["close-wait"] = TcpState.CloseWait,
        ["last-ack"] = TcpState.LastAck,
        ["listen"] = TcpState.Listen,
        ["listening"] = TcpState.Listen,
        ["closing"] = TcpState.Closing,
        ["unconn"] = TcpState.Close,
        ["unconnected"] = TcpState.Close,
    };

    /// <summary>The names that can be asked for.</summary>
    public static string Known => string.Join(", ", ByName.Keys);

    /// <summary>The state of that name; underscores serve as hyphens.</summary>
    public static bool TryParse(string name, out TcpState state) =>
        ByName.TryGetValue(name.Replace('_', '-'), out state);

    /// <summary>The name of a state; a UDP socket is connected or it is not.</summary>
    public static string Name(Transport transport, TcpState state) => state switch
    {
        TcpState.Established => "ESTAB",
        _ when transport is Transport.Udp => "UNCONN",
        TcpState.SynSent => "SYN-SENT",
        TcpState.SynReceived or TcpState.NewSynReceived => "SYN-RECV",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.TimeWait => "TIME-WAIT",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.LastAck => "LAST-ACK",
        TcpState.Listen => "LISTEN",
        TcpState.Close => "UNCONN",
        TcpState.Closing => "CLOSING",
        _ => "UNKNOWN",
    };
}
