using System.Buffers.Binary;

namespace Connbeat.Linux.SockDiag;

/// <summary>What connbeat reads of struct tcp_info (linux/tcp.h), whose length grows from kernel to kernel.</summary>
internal readonly record struct TcpFigures
{
    /// <summary>Bytes of <c>struct tcp_figures</c> of records.h, as eBPF programs write it.</summary>
    public const int ProgramSize = 48;

    private const uint NeverMeasured = uint.MaxValue;

    /// <summary>False where the kernel told nothing; then every other value is meaningless.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>Bytes that the other end acknowledged; its SYN and FIN count one each.</summary>
    public ulong Acknowledged { get; private init; }

    /// <summary>Bytes received in order; a FIN counts one.</summary>
    public ulong Received { get; private init; }

    /// <summary>Payload bytes sent, those sent again included; null before Linux 4.19.</summary>
    public ulong? Sent { get; private init; }

    /// <summary>Payload bytes sent again.</summary>
    public ulong SentAgain { get; private init; }

    /// <summary>Segments sent and not yet acknowledged.</summary>
    public uint Unacknowledged { get; private init; }

    /// <summary>Smoothed round trip time in microseconds; 0 before the first measurement.</summary>
    public uint RttMicroseconds { get; private init; }

    /// <summary>Segments sent again in all.</summary>
    public uint Retransmits { get; private init; }

    /// <summary>The smallest round trip seen, in microseconds; null where none was measured or told.</summary>
    public uint? MinimumRttMicroseconds { get; private init; }

    /// <summary>True where the handshake was completed at some time: bytes were taken, or a round trip was measured.</summary>
    public bool WasEstablished => Acknowledged > 0 || Received > 0 || MinimumRttMicroseconds is not null;

    /// <summary>Reads what there is of struct tcp_info; before the byte counters of Linux 4.1, nothing.</summary>
    public static TcpFigures Parse(ReadOnlySpan<byte> info)
    {
        const int ReceivedEnd = 136;

        if (info.Length < ReceivedEnd)
        {
            return default;
        }

        uint minimum = info.Length >= 152 ? ReadUInt32(info, 148) : NeverMeasured; // tcpi_min_rtt
        bool hasSent = info.Length >= 216;
        return new TcpFigures
        {
            IsKnown = true,
            Unacknowledged = ReadUInt32(info, 24),           // tcpi_unacked
            RttMicroseconds = ReadUInt32(info, 68),          // tcpi_rtt
            Retransmits = ReadUInt32(info, 100),             // tcpi_total_retrans
            Acknowledged = ReadUInt64(info, 120),            // tcpi_bytes_acked
            Received = ReadUInt64(info, 128),                // tcpi_bytes_received
            MinimumRttMicroseconds = minimum == NeverMeasured ? null : minimum,
            Sent = hasSent ? ReadUInt64(info, 200) : null,   // tcpi_bytes_sent
            SentAgain = hasSent ? ReadUInt64(info, 208) : 0, // tcpi_bytes_retrans
        };
    }

    /// <summary>Reads <c>struct tcp_figures</c> of records.h; where there is less than that, nothing.</summary>
    public static TcpFigures ReadProgram(ReadOnlySpan<byte> figures)
    {
        if (figures.Length < ProgramSize)
        {
            return default;
        }

        uint minimum = ReadUInt32(figures, 36);
        return new TcpFigures
        {
            IsKnown = true,
            Sent = ReadUInt64(figures, 0),
            SentAgain = ReadUInt64(figures, 8),
            Acknowledged = ReadUInt64(figures, 16),
            Received = ReadUInt64(figures, 24),
            RttMicroseconds = ReadUInt32(figures, 32),
            MinimumRttMicroseconds = minimum == NeverMeasured ? null : minimum,
            Retransmits = ReadUInt32(figures, 40),
            Unacknowledged = ReadUInt32(figures, 44),
        };
    }

    /// <summary>
    /// Whether this end sent the SYN. The kernel counts an acknowledged SYN as one byte, so where all is acknowledged the
    /// initiator has one byte more than it sent; an acknowledged FIN blurs that by one more.
    /// </summary>
    /// <param name="finished">True where this end may have sent its FIN.</param>
    /// <returns>Null where the figures do not tell.</returns>
    public bool? Initiated(bool finished)
    {
        if (!IsKnown || Sent is not { } sent || Unacknowledged > 0 || Acknowledged < sent - SentAgain)
        {
            return null;
        }

        ulong beyondPayload = Acknowledged - (sent - SentAgain);
        return (beyondPayload, finished) switch
        {
            (0, _) => false,
            (1, false) => true,
            (2, true) => true,
            _ => null,
        };
    }

    /// <summary>Payload bytes that the other end has acknowledged.</summary>
    public ulong PayloadSent(bool initiated)
    {
        ulong acknowledged = Acknowledged - (initiated && Acknowledged > 0 ? 1u : 0);
        return Sent is { } sent && sent >= SentAgain ? Math.Min(acknowledged, sent - SentAgain) : acknowledged;
    }

    /// <summary>Payload bytes received, where <paramref name="finReceived"/> says whether the other end has finished.</summary>
    public ulong PayloadReceived(bool finReceived) => Received - (finReceived && Received > 0 ? 1u : 0);

    private static uint ReadUInt32(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(info[offset..]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> info, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(info[offset..]);
}
