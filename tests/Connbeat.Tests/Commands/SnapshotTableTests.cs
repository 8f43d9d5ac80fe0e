using Connbeat.Commands;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Tracking;
using Connbeat.Tracking;

namespace Connbeat.Tests.Commands;

public sealed class SnapshotTableTests
{
    private const uint Blue = 4_026_532_008;

    [Fact]
    public void Listeners_come_first_then_processes_by_name_and_columns_are_aligned() => Assert.Equal(
        """
        PROTO  STATE      DIR  LOCAL             REMOTE            PID  PROCESS  USER   UNIT
        tcp    LISTEN          0.0.0.0:22        *                 700  sshd     root   ssh.service
        tcp6   LISTEN          [::]:443          *                 -    -        -
        tcp    ESTAB      in   192.0.2.17:22     198.51.100.7:443  90   alpha    alice
        tcp    ESTAB      out  192.0.2.17:40000  198.51.100.7:443  700  sshd     root   ssh.service
        tcp    TIME-WAIT  out  192.0.2.17:40001  198.51.100.7:443  -    -        33

        """,
        Written(
            coloured: false,
            Socket(TcpState.TimeWait, 40_001, Direction.Outbound, null),
            Socket(TcpState.Established, 40_000, Direction.Outbound, Process(700, "sshd", "root", "ssh.service")),
            Socket(TcpState.Established, 22, Direction.Inbound, Process(90, "alpha", "alice", null)),
            Listener("::", 443, null),
            Listener("0.0.0.0", 22, Process(700, "sshd", "root", "ssh.service"))));

    [Fact]
    public void Names_cannot_speak_to_the_terminal()
    {
        string written = Written(
            coloured: false,
            Socket(TcpState.Established, 1, Direction.Outbound, Process(7, "\e[2Jevil\r\n\u009b", "us\ner", "un\0it")));

        Assert.Contains("?[2Jevil???", written, StringComparison.Ordinal);
        Assert.Contains("us?er", written, StringComparison.Ordinal);
        Assert.Contains("un?it", written, StringComparison.Ordinal);
        Assert.DoesNotContain(written.Replace("\n", "", StringComparison.Ordinal), character => char.IsControl(character));
    }

    [Fact]
    public void Colours_change_nothing_but_the_colour()
    {
        Connection[] sockets =
        [
            Listener("0.0.0.0", 22, null),
            Socket(TcpState.Established, 1, Direction.Outbound, Process(7, "one", "root", null)),
        ];
        string coloured = Written(coloured: true, sockets);

        Assert.Contains("\e[32mLISTEN\e[0m", coloured, StringComparison.Ordinal);
        Assert.Equal(
            Written(coloured: false, sockets),
            System.Text.RegularExpressions.Regex.Replace(coloured, "\e\\[[0-9]+m", ""));
    }

    [Fact]
    public void Without_sockets_there_are_titles() =>
        Assert.Equal("PROTO  STATE  DIR  LOCAL  REMOTE  PID  PROCESS  USER  UNIT\n", Written(coloured: false));

    [Fact]
    public void A_udp_socket_is_connected_or_not() => Assert.Equal(
        """
        PROTO  STATE   DIR  LOCAL             REMOTE           PID  PROCESS  USER  UNIT
        udp    UNCONN       192.0.2.17:5353   *                -    -        -
        udp    ESTAB   out  192.0.2.17:40000  198.51.100.7:53  -    -        -

        """,
        Written(
            coloured: false,
            Udp(TcpState.Established, Direction.Outbound, Entries.Tuple(remotePort: 53)),
            Udp(TcpState.Close, Direction.Listening, Entries.ListenerTuple(5353, "192.0.2.17"))));

    [Fact]
    public void Containers_and_namespaces_have_their_columns() => Assert.Equal(
        """
        PROTO  STATE   DIR  LOCAL       REMOTE  PID  PROCESS  USER  UNIT       CONTAINER                             NETNS
        tcp    LISTEN       0.0.0.0:80  *       10   docker   root             0123456789ab                          4026532007
        tcp    LISTEN       0.0.0.0:80  *       20   host     root
        tcp    LISTEN       0.0.0.0:80  *       30   lxc      root  web.scope  web-production-1                      blue?
        tcp    LISTEN       0.0.0.0:80  *       40   pod      root             2b6a1c3e-5d0f-4e8b-9a77-c1d2e3f40516

        """,
        Written(
            coloured: false,
            Web(10, "docker", 4_026_532_007, new() { Id = "0123456789abcdef" }, "docker-0123456789abcdef.scope"),
            Web(30, "lxc", Blue, new() { Id = "web-production-1", Runtime = "lxc" }, "web.scope"),
            Web(20, "host", Entries.Namespace, null),
            Web(40, "pod", Entries.Namespace, new() { PodUid = "2b6a1c3e-5d0f-4e8b-9a77-c1d2e3f40516" })));

    [Fact]
    public void Each_of_these_columns_is_there_only_where_it_says_something() => Assert.Equal(
        """
        PROTO  STATE   DIR  LOCAL       REMOTE  PID  PROCESS  USER  UNIT  NETNS
        tcp    LISTEN       0.0.0.0:80  *       10   nginx    root        blue?

        """,
        Written(coloured: false, Web(10, "nginx", Blue, null)));

    private static string Written(bool coloured, params Connection[] sockets)
    {
        using StringWriter text = new() { NewLine = "\n" };
        SnapshotTable.Write(sockets, text, coloured, Entries.Namespace, id => id == Blue ? "blue\n" : null);
        return text.ToString();
    }

    private static Connection Web(
        int pid, string name, uint @namespace, ContainerFacts? container, string? unit = null)
    {
        Connection listener = new()
        {
            Key = new SocketKey(@namespace, 8),
            Transport = Transport.Tcp,
            Tuple = Entries.ListenerTuple(80),
            IsListener = true,
            FirstSeen = 5,
            StartWasSeen = true,
            Owner = Process(pid, name, "root", unit) with { Container = container },
        };
        listener.Observe(Entries.Listener(8, 80), destroyed: false);
        return listener;
    }

    private static Connection Udp(TcpState state, Direction direction, InetTuple tuple)
    {
        Connection socket = Entries.Connection(Entries.Socket(9, state, tuple) with { Transport = Transport.Udp });
        socket.Direction = direction;
        return socket;
    }

    private static Connection Socket(TcpState state, ushort port, Direction direction, ProcessFacts? owner)
    {
        Connection socket = Entries.Connection(
            Entries.Socket(7, state, Entries.Tuple(localPort: port), inode: 50, uid: 33));
        (socket.Direction, socket.Owner) = (direction, owner);
        return socket;
    }

    private static Connection Listener(string address, ushort port, ProcessFacts? owner)
    {
        Connection listener = Entries.Connection(Entries.Listener(8, port, address));
        (listener.Direction, listener.Owner) = (Direction.Listening, owner);
        return listener;
    }

    private static ProcessFacts Process(int pid, string name, string user, string? unit) =>
        new() { Pid = pid, StartTicks = 1, Name = name, User = user, Unit = unit };
}
