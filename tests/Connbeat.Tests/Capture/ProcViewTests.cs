using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Capture;

/// <summary>On a /proc of files; a table is told by the ports in it.</summary>
public sealed class ProcViewTests : IDisposable
{
    private const uint Blue = 4026532177;

    private readonly ProcTree _tree = new();
    private readonly ProcReader _proc;
    private readonly ProcNetReader _tables;
    private readonly List<ushort> _ports = [];

    public ProcViewTests()
    {
        _proc = new ProcReader(_tree.Root);
        _tables = new ProcNetReader(_proc);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Both_tables_of_the_kind_that_is_asked_for_are_read()
    {
        Put("80", tcp: 1, tcp6: 2, udp: 3, udp6: 4);
        using ProcView view = Other(80);

        Assert.True(Read(view, Transport.Tcp));
        Assert.Equal([1, 2], _ports);
        Assert.True(Read(view, Transport.Udp));
        Assert.Equal([1, 2, 3, 4], _ports);
        Assert.Equal(Blue, view.Namespace);
        Assert.Null(view.Destroyed);
    }

    [Fact]
    public void Of_a_namespace_whose_first_process_has_ended_the_next_is_read()
    {
        Put("81", tcp: 1, tcp6: 2);
        using ProcView view = Other(80, 81);

        Assert.True(Read(view, Transport.Tcp));
        Assert.Equal([1, 2], _ports);
    }

    [Fact]
    public void Where_all_its_processes_have_ended_sockets_may_be_missing()
    {
        using ProcView view = Other(80, 81);

        Assert.False(Read(view, Transport.Tcp));
        Assert.Empty(_ports);
    }

    [Fact]
    public void A_later_census_tells_other_processes()
    {
        Put("90", tcp: 1, tcp6: 2);
        using ProcView view = Other(80);

        view.Update(Found(90));

        Assert.True(Read(view, Transport.Tcp));
        Assert.Equal([1, 2], _ports);
    }

    [Fact]
    public void What_a_census_told_may_change_while_it_is_read()
    {
        Put("80", tcp: 1, tcp6: 2);
        FoundNamespace found = Found(80);
        using ProcView view = new(found, _tables, _proc);

        found.Forget();

        Assert.True(Read(view, Transport.Tcp));
    }

    [Fact]
    public void A_kernel_without_IPv6_has_but_one_table_of_each_kind()
    {
        Put("80", tcp: 1, udp: 3);
        using ProcView view = Other(80);

        Assert.True(Read(view, Transport.Tcp));
        Assert.True(Read(view, Transport.Udp));
        Assert.Equal([1, 3], _ports);
    }

    [Fact]
    public void A_process_that_ends_between_its_tables_does_not_pass_for_a_kernel_without_IPv6()
    {
        Put("80", tcp: 1);
        Put("81", tcp: 1, tcp6: 2, udp: 3);
        using ProcView view = Other(80, 81);

        Assert.True(Read(view, Transport.Tcp));
        Assert.Contains((ushort)2, _ports);
    }

    [Theory]
    [InlineData((uint)TcpStates.Watched, new ushort[] { 10, 1 })]
    [InlineData((uint)TcpStates.Listening, new ushort[] { 10 })]
    [InlineData((uint)TcpStates.TimeWait, new ushort[] { 6 })]
    [InlineData((uint)TcpStates.None, new ushort[0])]
    public void Only_the_states_that_are_asked_for_are_told(uint states, ushort[] ports)
    {
        Write("80/net/tcp", Row(10, TcpState.Listen), Row(1), Row(6, TcpState.TimeWait));
        Write("80/net/tcp6");
        using ProcView view = Other(80);

        Assert.True(view.Read(Transport.Tcp, (TcpStates)states, Take));
        Assert.Equal(ports, _ports);
    }

    [Fact]
    public void The_agents_own_namespace_is_read_through_itself()
    {
        Put("self", tcp: 1, tcp6: 2, udp: 3, udp6: 4);
        using ProcView own = Own(ProcNetFiles.None);

        Assert.True(Read(own, Transport.Tcp));
        Assert.True(Read(own, Transport.Udp));
        Assert.Equal([1, 2, 3, 4], _ports);
    }

    [Fact]
    public void Files_stand_in_for_the_tables_of_TCP_one_by_one()
    {
        Put("self", tcp: 1, tcp6: 2, udp: 3, udp6: 4);
        Write("elsewhere", Row(71));
        using ProcView own = Own(new ProcNetFiles(_tree.Root + "/elsewhere", null));
        using ProcView own6 = Own(new ProcNetFiles(null, _tree.Root + "/elsewhere"));

        Assert.True(Read(own, Transport.Tcp));
        Assert.True(Read(own, Transport.Udp));
        Assert.True(Read(own6, Transport.Tcp));
        Assert.Equal([71, 2, 3, 4, 1, 71], _ports);
    }

    [Fact]
    public void A_file_that_stands_in_and_is_missing_is_named()
    {
        Put("self", tcp: 1, tcp6: 2, udp: 3);
        string missing = _tree.Root + "/elsewhere";
        using ProcView own = Own(new ProcNetFiles(missing, null));
        using ProcView own6 = Own(new ProcNetFiles(null, missing));

        Assert.Equal($"open({missing})", Assert.Throws<KernelException>(() => Read(own, Transport.Tcp)).Operation);
        Assert.Equal($"open({missing})", Assert.Throws<KernelException>(() => Read(own6, Transport.Tcp)).Operation);
        Assert.True(Read(own, Transport.Udp));
    }

    [Theory]
    [InlineData("TCP: inuse 0 orphan 0 tw 9 alloc 9 mem 9\nUDP: inuse 0 mem 9\n", "TCP6: inuse 0\nUDP6: inuse 0\n", false, false)]
    [InlineData("TCP: inuse 1 orphan 0 tw 0 alloc 9 mem 9\nUDP: inuse 0 mem 9\n", "TCP6: inuse 0\nUDP6: inuse 0\n", true, false)]
    [InlineData("TCP: inuse 0 orphan 0 tw 9 alloc 9 mem 9\nUDP: inuse 0 mem 9\n", "TCP6: inuse 1\nUDP6: inuse 0\n", true, false)]
    [InlineData("TCP: inuse 0 orphan 0 tw 9 alloc 9 mem 9\nUDP: inuse 2 mem 9\n", "TCP6: inuse 0\nUDP6: inuse 0\n", false, true)]
    [InlineData("TCP: inuse 0 orphan 0 tw 9 alloc 9 mem 9\nUDP: inuse 0 mem 9\n", "TCP6: inuse 0\nUDP6: inuse 1\n", false, true)]
    [InlineData("nothing of the kind\n", "\n", true, true)]
    public void What_the_kernel_counts_none_of_need_not_be_read(string sockstat, string sockstat6, bool tcp, bool udp)
    {
        Write("81/net/sockstat", sockstat);
        Write("81/net/sockstat6", sockstat6);
        using ProcView view = Other(80, 81);

        Assert.Equal(tcp, view.MayHave(Transport.Tcp));
        Assert.Equal(udp, view.MayHave(Transport.Udp));
    }

    [Fact]
    public void Where_nobody_counts_there_may_be_sockets()
    {
        using ProcView other = Other(80);
        using ProcView own = Own(ProcNetFiles.None);

        Assert.True(other.MayHave(Transport.Tcp));
        Assert.True(own.MayHave(Transport.Udp));
    }

    [Fact]
    public void The_agents_own_namespace_is_read_whatever_is_counted()
    {
        Write("self/net/sockstat", "TCP: inuse 0 orphan 0 tw 0 alloc 0 mem 0", "UDP: inuse 0 mem 0");
        using ProcView own = Own(new ProcNetFiles(_tree.Root + "/elsewhere", null));

        Assert.True(own.MayHave(Transport.Tcp));
    }

    private static FoundNamespace Found(params int[] pids)
    {
        FoundNamespace found = new(Blue);
        foreach (int pid in pids)
        {
            found.Add(pid, isOpenable: false);
        }

        return found;
    }

    /// <summary>Puts a table with one socket there for each port.</summary>
    private void Put(string process, int? tcp = null, int? tcp6 = null, int? udp = null, int? udp6 = null)
    {
        foreach ((string table, int? port) in ((string, int?)[])[("tcp", tcp), ("tcp6", tcp6), ("udp", udp), ("udp6", udp6)])
        {
            if (port is { } there)
            {
                Write($"{process}/net/{table}", "  sl  local_address rem_address   st", Row(there));
            }
        }
    }

    private void Write(string file, params string[] lines)
    {
        string path = $"{_tree.Root}/{file}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, lines);
    }

    private static string Row(int port, TcpState state = TcpState.Established) =>
        $"   0: 110200C0:{port:X4} 076433C6:01BB {(int)state:X2} 00000000:00000000 00:00000000 00000000    33        0 {port} 1 0";

    private ProcView Other(params int[] pids) => new(Found(pids), _tables, _proc);

    private ProcView Own(ProcNetFiles files) => new(Blue, _tables, _proc, files);

    private bool Read(ProcView view, Transport transport) =>
        view.Read(transport, TcpStates.Watched | TcpStates.Datagram, Take);

    private void Take(in SocketEntry entry) => _ports.Add(entry.Tuple.LocalPort);
}
