using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.KernelTests;

/// <summary>The two ways to ask the kernel for its sockets.</summary>
public sealed class DumpTests
{
    [Fact]
    public void Both_families_at_once_and_one_after_the_other_are_the_same_sockets()
    {
        using NetworkNamespaceLab lab = new();
        using Socket four = lab.Listen(IPAddress.Loopback);
        using Socket six = lab.Listen(IPAddress.IPv6Loopback);
        using Socket both = lab.Listen(IPAddress.IPv6Any, takesIPv4: true);
        using Socket overFour = lab.Connect(four);
        using Socket overSix = lab.Connect(six);
        using Socket mapped = lab.Connect(both, IPAddress.Loopback);
        using Socket accepted = both.Accept();

        using SockDiagSocket atOnce = lab.Run(() => new SockDiagSocket());
        using SockDiagSocket oneByOne = lab.Run(() => new SockDiagSocket(oneByOne: true));
        List<SocketEntry> expected = Dump(atOnce);

        Assert.Equal(9, expected.Count);
        Assert.Equal(expected.Select(Still), Dump(oneByOne).Select(Still));
    }

    private static List<SocketEntry> Dump(SockDiagSocket socket)
    {
        List<SocketEntry> entries = [];
        Assert.True(socket.Dump(Transport.Tcp, TcpStates.All, (in SocketEntry entry) => entries.Add(entry)));
        return [.. entries.OrderBy(entry => entry.Cookie)];
    }

    /// <summary>What does not move from one moment to the next.</summary>
    private static SocketEntry Still(SocketEntry entry) => entry with { Tcp = default };
}
