using System.Net;
using System.Net.Sockets;
using Connbeat.Linux.Bpf;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests.Bpf;

/// <summary>What the eBPF programs tell by themselves, without an agent.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_connection_is_told_at_both_ends_with_owner_and_bytes(string address)
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab);
        using Socket listener = lab.Listen(IPAddress.Parse(address));
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        ulong near = Syscalls.CookieOf(client), far = Syscalls.CookieOf(server), door = Syscalls.CookieOf(listener);
        client.Send(new byte[7_001]);
        Receive(server, 7_001);
        server.Send(new byte[30_011]);
        Receive(client, 30_011);
        client.Dispose();
        Assert.Equal(0, server.Receive(new byte[1]));
        server.Dispose();
        listener.Dispose();
        heard.Until(told => told.Sockets.Count(record => record.Kind is RecordKind.Closed) == 3);

        Assert.Equal(
            [
                $"Opened {door} Listen Called", $"Opened {near} Established Called", $"Opened {far} Established None",
                $"Owned {far} Established Used", $"Closed {near} FinWait2 Called", $"Closed {far} LastAck Used",
                $"Closed {door} Listen Called",
            ],
            heard.Sockets.Where(record => record.Kind is not RecordKind.Closed)
                .Concat(heard.Sockets.Where(record => record.Kind is RecordKind.Closed).OrderBy(record => record.Socket.Entry.Cookie == near ? 0 : record.Socket.Entry.Cookie == far ? 1 : 2))
                .Select(record => $"{record.Kind} {record.Socket.Entry.Cookie} {record.Socket.Entry.State} {record.Socket.Method}"));
        ProgramSocket there = heard.Sockets.Single(record => record.Kind is RecordKind.Closed && record.Socket.Entry.Cookie == near).Socket;
        ProgramSocket here = heard.Sockets.Single(record => record.Kind is RecordKind.Closed && record.Socket.Entry.Cookie == far).Socket;
        Assert.Equal((true, false), (there.Initiated, here.Initiated));
        Assert.Equal(there.Entry.Tuple, here.Entry.Tuple.Reversed);
        Assert.Equal((7_001ul, 30_011ul), (there.Entry.Tcp.PayloadSent(true), there.Entry.Tcp.PayloadReceived(there.FinReceived)));
        Assert.Equal((30_011ul, 7_001ul), (here.Entry.Tcp.PayloadSent(false), here.Entry.Tcp.PayloadReceived(here.FinReceived)));
        Assert.All(heard.Sockets, record => Assert.Equal(lab.Namespace, record.Socket.Namespace));
        Assert.Equal(Environment.ProcessId, there.Owner.Pid);
        Assert.Equal(Environment.ProcessId, here.Owner.Pid);
        Assert.Equal(0, heard.Programs.Lost());
    }

    private static void Receive(Socket from, int count)
    {
        byte[] buffer = new byte[count];
        for (int received = 0; received < count;)
        {
            received += from.Receive(buffer.AsSpan(received));
        }
    }
}
