using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Connbeat.Linux.ProcFs;
using Connbeat.Tests.Shared;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Linux.ProcFs;

public sealed class SocketInodesTests
{
    [Theory]
    [InlineData("socket:[7619]", 7619u)]
    [InlineData("socket:[4294967295]", 4294967295u)]
    public void A_link_to_a_socket_names_its_inode(string target, uint expected)
    {
        Assert.True(SocketInodes.TryParse(Encoding.UTF8.GetBytes(target), out uint inode));
        Assert.Equal(expected, inode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("socket:[")]
    [InlineData("socket:[]")]
    [InlineData("socket:[7619")]
    [InlineData("socket:[7619]x")]
    [InlineData("socket:[-1]")]
    [InlineData("socket:[4294967296]")]
    [InlineData("pipe:[7619]")]
    [InlineData("/tmp/socket:[7619]")]
    public void Any_other_link_is_none(string target) =>
        Assert.False(SocketInodes.TryParse(Encoding.UTF8.GetBytes(target), out _));

    [Fact]
    public void Sockets_are_told_sorted_and_once()
    {
        using ProcTree tree = new();
        tree.Process(766, "sshd", 7620, 7619, 7620);

        SocketInodes sockets = new(new ProcReader(tree.Root));

        Assert.Equal(Look.Seen, sockets.TryRead(766, out ReadOnlySpan<uint> inodes, out int descriptors));
        Assert.Equal([7619, 7620], inodes.ToArray());
        Assert.Equal(4, descriptors);
    }

    [Fact]
    public void More_descriptors_than_one_call_returns_are_all_read()
    {
        using ProcTree tree = new();
        uint[] held = [.. Enumerable.Range(1000, 3000).Select(inode => (uint)inode)];
        tree.Process(766, "sshd", held);

        new SocketInodes(new ProcReader(tree.Root)).TryRead(766, out ReadOnlySpan<uint> inodes, out _);

        Assert.Equal(held, inodes.ToArray());
    }

    [Fact]
    public void A_process_that_is_not_there_is_gone()
    {
        using ProcTree tree = new();

        Assert.Equal(Look.Gone, new SocketInodes(new ProcReader(tree.Root)).TryRead(766, out _, out _));
    }

    [Fact]
    public void The_tests_own_socket_is_found_in_the_real_proc()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();

        new SocketInodes(new ProcReader("/proc")).TryRead(Environment.ProcessId, out ReadOnlySpan<uint> inodes, out _);

        Assert.Contains(InodeOf(listener.Server), inodes.ToArray());
    }

    [Fact]
    public void Another_users_descriptors_are_denied()
    {
        SocketInodes sockets = new(new ProcReader("/proc"));

        Assert.Equal(Look.Denied, UnprivilegedThread.Run(() => sockets.TryRead(1, out _, out _)));
    }

    private static uint InodeOf(Socket socket)
    {
        string target = new FileInfo($"/proc/self/fd/{socket.Handle}").LinkTarget!;
        return uint.Parse(target.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
    }
}
