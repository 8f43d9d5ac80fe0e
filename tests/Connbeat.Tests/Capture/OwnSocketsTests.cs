using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Linux;
using Connbeat.Linux.ProcFs;
using Connbeat.Linux.SockDiag;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Capture;

public sealed class OwnSocketsTests : IDisposable
{
    private const int Agent = 766;

    private readonly ProcTree _tree = new();
    private readonly OwnSockets _own;

    public OwnSocketsTests()
    {
        _tree.Process(Agent, "connbeat", 7619, 7620);
        _tree.Process(767, "sshd", 8000);
        _own = new OwnSockets(new ProcReader(_tree.Root), Agent);
    }

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Before_the_first_refresh_nothing_is_known() => Assert.False(_own.Recognises(Socket(inode: 7619)));

    [Fact]
    public void A_socket_is_recognised_by_its_inode()
    {
        _own.Refresh();

        Assert.True(_own.Contains(7620));
        Assert.True(_own.Recognises(Socket(inode: 7619)));
        Assert.False(_own.Recognises(Socket(inode: 8000, cookie: 52)));
        Assert.False(_own.Recognises(Socket(inode: 0, cookie: 53)));
    }

    [Fact]
    public void A_refresh_forgets_the_inodes_of_before()
    {
        _own.Refresh();
        _tree.Hold(Agent, 7621);
        _own.Refresh();

        Assert.False(_own.Contains(7619));
        Assert.True(_own.Contains(7621));
    }

    [Fact]
    public void The_end_of_a_socket_is_recognised_by_the_cookie_that_went_with_its_inode()
    {
        _own.Refresh();
        _own.Recognises(Socket(inode: 7619, cookie: 51));
        _tree.Hold(Agent);
        _own.Refresh();

        Assert.True(_own.Recognises(Socket(inode: 0, cookie: 51)));
        Assert.False(_own.Recognises(Socket(inode: 0, cookie: 52)));
    }

    [Fact]
    public void A_source_without_cookies_teaches_none()
    {
        _own.Refresh();
        _own.Recognises(Socket(inode: 7619, cookie: 0));

        Assert.False(_own.Recognises(Socket(inode: 0, cookie: 0)));
    }

    [Fact]
    public void Of_cookies_the_oldest_are_forgotten_and_learned_again()
    {
        _own.Refresh();
        for (ulong cookie = 1; cookie <= OwnSockets.MostCookies + 1; cookie++)
        {
            _own.Recognises(Socket(inode: 7619, cookie));
        }

        Assert.False(_own.Recognises(Socket(inode: 0, cookie: 1)));
        Assert.True(_own.Recognises(Socket(inode: 0, cookie: 2)));

        _own.Recognises(Socket(inode: 7619, cookie: 1));
        Assert.True(_own.Recognises(Socket(inode: 0, cookie: 1)));
        Assert.False(_own.Recognises(Socket(inode: 0, cookie: 2)));
    }

    [Fact]
    public void Where_it_may_not_look_it_knows_what_it_knew()
    {
        _own.Refresh();
        _tree.End(Agent);
        _own.Refresh();

        Assert.True(_own.Contains(7619));
    }

    [Fact]
    public void The_tests_own_socket_is_recognised_in_the_real_proc()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        string target = new FileInfo($"/proc/self/fd/{listener.Server.Handle}").LinkTarget!;
        uint inode = uint.Parse(target.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
        OwnSockets own = new();

        own.Refresh();

        Assert.True(own.Recognises(Socket(inode)));
    }

    [Fact]
    public void To_ask_makes_no_garbage()
    {
        _own.Refresh();
        SocketEntry mine = Socket(inode: 7619, cookie: 51), other = Socket(inode: 8000, cookie: 52);
        int recognised = (_own.Recognises(mine) ? 1 : 0) + (_own.Recognises(other) ? 1 : 0);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 1000; round++)
        {
            recognised += (_own.Recognises(mine) ? 1 : 0) + (_own.Recognises(other) ? 1 : 0);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 999); // nothing for each: the runtime may need something once
        Assert.Equal(1001, recognised);
    }

    private static SocketEntry Socket(uint inode, ulong cookie = 51) => new()
    {
        Transport = Transport.Tcp,
        State = TcpState.Established,
        Tuple = Some.Tuple(),
        Inode = inode,
        Cookie = cookie,
    };
}
