using System.Buffers.Binary;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Tests.Linux.SockDiag;

public sealed class TcpFiguresTests
{
    [Theory]
    [InlineData(1, 0, 0, 0, false, true)] // connected, silent: its SYN
    [InlineData(0, 0, 0, 0, false, false)] // accepted, silent
    [InlineData(1001, 1000, 0, 0, false, true)]
    [InlineData(1001, 1300, 300, 0, false, true)] // some of it sent twice
    [InlineData(300, 300, 0, 0, false, false)]
    [InlineData(1002, 1000, 0, 0, true, true)] // SYN and FIN
    [InlineData(300, 300, 0, 0, true, false)]
    [InlineData(301, 300, 0, 0, true, null)] // a SYN, or a FIN
    [InlineData(501, 1000, 0, 2, false, null)] // half of it under way
    [InlineData(10, 1000, 0, 0, false, null)] // less than was sent, and yet nothing under way: no sense
    public void The_initiator_has_one_acknowledged_byte_more_than_it_sent(
        ulong acknowledged, ulong sent, ulong again, uint underWay, bool finished, bool? initiated)
    {
        TcpFigures figures = TcpFigures.Parse(Info(232, acknowledged, sent, again, underWay));

        Assert.Equal(initiated, figures.Initiated(finished));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(135, false)]
    [InlineData(136, true)]
    [InlineData(232, true)]
    [InlineData(1000, true)]
    public void A_short_tcp_info_of_an_old_kernel_leaves_the_figures_unknown(int length, bool known) =>
        Assert.Equal(known, TcpFigures.Parse(new byte[length]).IsKnown);

    [Fact]
    public void Before_Linux_4_19_the_initiator_is_unknown_and_the_SYN_is_taken_off()
    {
        TcpFigures figures = TcpFigures.Parse(Info(192, acknowledged: 1001, sent: 0, again: 0, underWay: 0));

        Assert.Null(figures.Initiated(finished: false));
        Assert.Equal(1000ul, figures.PayloadSent(initiated: true));
    }

    [Fact]
    public void Counters_never_go_below_zero()
    {
        TcpFigures nothing = TcpFigures.Parse(new byte[232]);

        Assert.Equal(0ul, nothing.PayloadSent(initiated: true));
        Assert.Equal(0ul, nothing.PayloadReceived(finReceived: true));
    }

    [Fact]
    public void A_refused_connect_was_never_established()
    {
        byte[] refused = Info(232, acknowledged: 0, sent: 0, again: 0, underWay: 0);
        BinaryPrimitives.WriteUInt32LittleEndian(refused.AsSpan(148), uint.MaxValue); // never measured

        Assert.False(TcpFigures.Parse(refused).WasEstablished);
        Assert.True(TcpFigures.Parse(Info(232, 0, 0, 0, 0)).WasEstablished); // a round trip of 0 µs was
    }

    private static byte[] Info(int length, ulong acknowledged, ulong sent, ulong again, uint underWay)
    {
        byte[] info = new byte[length];
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(24), underWay);
        BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(120), acknowledged);
        if (length >= 216)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(200), sent);
            BinaryPrimitives.WriteUInt64LittleEndian(info.AsSpan(208), again);
        }

        return info;
    }
}
