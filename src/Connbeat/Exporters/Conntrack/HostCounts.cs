using Connbeat.Linux.Conntrack;

namespace Connbeat.Exporters.Conntrack;

/// <summary>How many connections to one host are at which stage.</summary>
internal record struct HostCounts(int Opening, int Open, int Closing, int Closed)
{
    /// <summary>True where none are at any.</summary>
    public readonly bool AreZero => (Opening | Open | Closing | Closed) == 0;

    /// <summary>Counts one more, or with -1 one less. What is at no stage is not counted.</summary>
    public void Add(ConnectionStage stage, int count)
    {
        switch (stage)
        {
            case ConnectionStage.Opening:
                Opening += count;
                break;
            case ConnectionStage.Open:
                Open += count;
                break;
            case ConnectionStage.Closing:
                Closing += count;
                break;
            case ConnectionStage.Closed:
                Closed += count;
                break;
        }
    }

    /// <summary>The sum of both.</summary>
    public static HostCounts operator +(HostCounts a, HostCounts b) =>
        new(a.Opening + b.Opening, a.Open + b.Open, a.Closing + b.Closing, a.Closed + b.Closed);
}

/// <summary>How far a connection has come, as conntrack_exporter sums up the states of TCP.</summary>
internal enum ConnectionStage : byte
{
    /// <summary>It is not known.</summary>
    None,

    /// <summary>SYN_SENT, SYN_SENT2, SYN_RECV.</summary>
    Opening,

    /// <summary>ESTABLISHED.</summary>
    Open,

    /// <summary>FIN_WAIT, CLOSE_WAIT, LAST_ACK, TIME_WAIT.</summary>
    Closing,

    /// <summary>CLOSE.</summary>
    Closed,
}

/// <summary>What states say of the stage.</summary>
internal static class ConnectionStages
{
    /// <summary>The stage of a flow; UDP is open once it is answered.</summary>
    public static ConnectionStage Of(in ConntrackEntry entry) => entry.Protocol switch
    {
        6 => Of(entry.TcpState),
        _ => entry.IsUnreplied ? ConnectionStage.Opening : ConnectionStage.Open,
    };

    private static ConnectionStage Of(ConntrackTcpState? state) => state switch
    {
        ConntrackTcpState.SynSent or ConntrackTcpState.SynSent2 or ConntrackTcpState.SynReceived => ConnectionStage.Opening,
        ConntrackTcpState.Established => ConnectionStage.Open,
        ConntrackTcpState.FinWait or ConntrackTcpState.CloseWait or ConntrackTcpState.LastAck or ConntrackTcpState.TimeWait =>
            ConnectionStage.Closing,
        ConntrackTcpState.Close => ConnectionStage.Closed,
        _ => ConnectionStage.None,
    };
}
