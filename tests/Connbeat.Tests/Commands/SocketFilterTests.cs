using System.Net;
using Connbeat.Commands;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;

namespace Connbeat.Tests.Commands;

public sealed class SocketFilterTests
{
    private static readonly Connection Socket = Owned(Entries.Connection(Entries.Socket(7)));
    private static readonly Connection Listener = Entries.Connection(Entries.Listener(8, 443));

    [Fact]
    public void What_is_not_asked_is_not_filtered() => Shows(new SocketFilter(), Socket, Listener);

    [Fact]
    public void Listening_sockets_only() => Shows(new SocketFilter { Listening = true }, Listener);

    [Theory]
    [InlineData("comm")]
    [InlineData("binary")]
    public void A_process_by_either_of_its_names(string name) => Shows(new SocketFilter { Process = name }, Socket);

    [Fact]
    public void A_process_of_another_name_has_none() => Shows(new SocketFilter { Process = "com" });

    [Fact]
    public void A_process_by_its_id() => Shows(new SocketFilter { Pid = 700 }, Socket);

    [Fact]
    public void A_port_at_either_end()
    {
        Shows(new SocketFilter { Port = 443 }, Socket, Listener);
        Shows(new SocketFilter { Port = 40_000 }, Socket);
    }

    [Fact]
    public void A_network_at_the_other_end()
    {
        Shows(new SocketFilter { Remote = IPNetwork.Parse("198.51.100.0/24") }, Socket);
        Shows(new SocketFilter { Remote = IPNetwork.Parse("0.0.0.0/0") }, Socket);
        Shows(new SocketFilter { Remote = IPNetwork.Parse("::/0") });
    }

    [Fact]
    public void A_state() => Shows(new SocketFilter { State = TcpState.Established }, Socket);

    private static Connection Owned(Connection socket)
    {
        socket.Owner = new ProcessFacts { Pid = 700, StartTicks = 1, Name = "comm", Executable = "/opt/binary" };
        return socket;
    }

    private static void Shows(SocketFilter filter, params Connection[] expected) =>
        Assert.Equal(expected, new[] { Socket, Listener }.Where(filter.Matches));
}
