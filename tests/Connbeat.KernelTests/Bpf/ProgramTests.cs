using System.Net;
using System.Net.Sockets;
using System.Text;
using Connbeat.KernelTests.Lab;
using Connbeat.Linux;
using Connbeat.Linux.Bpf;
using Connbeat.Tests.Shared;

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
        Assert.Equal((true, false), (there.Entry.Initiated, here.Entry.Initiated));
        Assert.Equal(there.Entry.Tuple, here.Entry.Tuple.Reversed);
        Assert.Equal((7_001ul, 30_011ul), (there.Entry.Tcp.PayloadSent(true), there.Entry.Tcp.PayloadReceived(there.Entry.FinReceived == true)));
        Assert.Equal((30_011ul, 7_001ul), (here.Entry.Tcp.PayloadSent(false), here.Entry.Tcp.PayloadReceived(here.Entry.FinReceived == true)));
        Assert.All(heard.Sockets, record => Assert.Equal(lab.Namespace, record.Socket.Namespace));
        Assert.Equal(Environment.ProcessId, there.Owner.Pid);
        Assert.Equal(Environment.ProcessId, here.Owner.Pid);
        Assert.Equal(0, heard.Programs.Lost());
    }

    [Fact]
    public async Task A_process_is_told_with_program_arguments_parent_and_user()
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab);
        using LabProcess shell = new(
            lab, "setpriv", "--reuid=65534", "--clear-groups", "bash", "-c", "cat /dev/null - 'two  words' <<< x 2>/dev/null; echo $!; read line", "ä");
        await shell.HearAsync();
        shell.Kill();
        heard.Until(told => told.Processes.Any(record => record.Kind is RecordKind.Exit && record.Process.Pid == shell.Pid));

        ProcessRecord[] execs = [.. heard.Processes.Where(record => record.Kind is RecordKind.Exec && record.Process.Pid == shell.Pid)];
        Assert.Equal(["/usr/bin/setpriv", "/usr/bin/bash"], execs.Select(record => record.Program!.Executable));
        ProcessRecord cat = heard.Processes.Single(
            record => record.Kind is RecordKind.Exec && record.ParentPid == shell.Pid);
        Assert.Equal(("/usr/bin/cat", "cat"), (cat.Program!.Executable, cat.Process.Name.ToString()));
        Assert.Equal("cat\0/dev/null\0-\0two  words\0", Encoding.UTF8.GetString(cat.Program.Arguments));
        Assert.Equal((uint)cat.Program.Arguments.Length, cat.Program.ArgumentsLength);
        Assert.Equal(65534u, cat.Process.Uid);
        Assert.Equal("ä\0", Encoding.UTF8.GetString(execs[1].Program!.Arguments)[^2..]);
        Assert.Equal(Environment.ProcessId, execs[0].ParentPid);
        ProcessRecord fork = heard.Processes.Single(record => record.Kind is RecordKind.Fork && record.Process.Pid == cat.Process.Pid);
        Assert.Equal((shell.Pid, shell.Pid), (fork.ParentPid, fork.CopiedPid));
        Assert.Equal(fork.Process.StartNanoseconds, cat.Process.StartNanoseconds);
        Assert.Single(heard.Processes, record => record.Kind is RecordKind.Exit && record.Process.Pid == cat.Process.Pid);
    }

    [Fact]
    public void Arguments_beyond_their_limit_are_cut_and_counted()
    {
        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab);
        using LabProcess process = new(lab, "true", new string('x', 5_000), "end");
        heard.Until(told => told.Processes.Any(record => record.Kind is RecordKind.Exec && record.Process.Pid == process.Pid));

        StartedProgram program = heard.Processes.Last(record => record.Kind is RecordKind.Exec && record.Process.Pid == process.Pid).Program!;
        Assert.Equal((4_096, 5_010u), (program.Arguments.Length, program.ArgumentsLength));
    }

    [Fact]
    public void A_control_group_is_told_by_its_path()
    {
        using NetworkNamespaceLab lab = new();
        using ControlGroup group = ControlGroup.OfVersion2("/docker/0123456789abcdef");
        using HeardPrograms heard = new(lab);
        using LabProcess shell = LabProcess.Shell(lab, "read line; exec cat");
        group.Add(shell.Pid);
        Task going = shell.SayAsync("go");
        heard.Until(told => told.Processes.Any(record => record.Program?.Executable == "/usr/bin/cat" && record.Process.Pid == shell.Pid));

        ProcessRecord exec = heard.Processes.Single(record => record.Program?.Executable == "/usr/bin/cat" && record.Process.Pid == shell.Pid);
        Assert.EndsWith("/docker/0123456789abcdef", exec.Program!.ControlGroup, StringComparison.Ordinal);
        Assert.False(exec.Program.IsOfVersion1);
        Assert.True(going.IsCompleted);
        shell.Kill();
    }

    [Fact]
    public void Connects_that_fail_are_told_with_their_error_and_owner()
    {
        const int Refused = 111; // ECONNREFUSED

        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab);
        using Socket refused = lab.NewSocket(), unroutable = lab.NewSocket();
        using Socket unroutable6 = lab.NewSocket(AddressFamily.InterNetworkV6);
        Assert.Throws<SocketException>(() => refused.Connect(IPAddress.Loopback, 9));
        Assert.Throws<SocketException>(() => unroutable.Connect(IPAddress.Parse("192.0.2.1"), 443));
        Assert.Throws<SocketException>(() => unroutable6.Connect(IPAddress.Parse("2001:db8::1"), 8443));
        unroutable.Dispose();
        unroutable6.Dispose();
        heard.Until(told => told.Sockets.Count == 3);

        Assert.Equal(
            [
                $"127.0.0.1:9 {Refused} False", "192.0.2.1:443 0 True", "[2001:db8::1]:8443 0 True",
            ],
            heard.Sockets.Select(record =>
                $"{new IPEndPoint(record.Socket.Entry.Tuple.Remote.ToIPAddress(), record.Socket.Entry.Tuple.RemotePort)} {record.Socket.Error} {record.Socket.NeverSent}")
                .Order(StringComparer.Ordinal));
        Assert.All(heard.Sockets, record =>
            Assert.Equal((RecordKind.Failed, OwnerMethod.Called, Environment.ProcessId), (record.Kind, record.Socket.Method, record.Socket.Owner.Pid)));
    }

    [Fact]
    public void A_snapshot_shows_what_processes_hold_in_every_namespace()
    {
        using NetworkNamespaceLab lab = new();
        using Socket listener = lab.Listen(IPAddress.IPv6Loopback);
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        using Socket datagrams = lab.BindUdp(IPAddress.Loopback);
        client.Send(new byte[17]);
        Receive(server, 17);
        using HeardPrograms heard = new(lab);

        Dictionary<ulong, ProgramSocket> rows = heard.Snapshot(Environment.ProcessId).ToDictionary(row => row.Entry.Cookie);
        Assert.Equal(4, rows.Count);
        Assert.Equal(TcpState.Listen, rows[Syscalls.CookieOf(listener)].Entry.State);
        Assert.Equal((Transport.Udp, TcpState.Close), (rows[Syscalls.CookieOf(datagrams)].Entry.Transport, rows[Syscalls.CookieOf(datagrams)].Entry.State));
        ProgramSocket here = rows[Syscalls.CookieOf(server)];
        Assert.Equal((OwnerMethod.Holds, Environment.ProcessId, (bool?)false), (here.Method, here.Owner.Pid, here.Entry.Initiated));
        Assert.Equal(17ul, here.Entry.Tcp.Received);
        Assert.NotEqual(0u, here.Entry.Inode);
        Assert.Equal(4, heard.Snapshot().Select(row => row.Entry.Cookie).Distinct().Count());
    }

    [Fact]
    public void What_the_kernel_lacks_is_left_out_and_said()
    {
        byte[] file = Patched("sock_send_length", "sock_send_lengtX");
        using KernelPrograms programs = KernelPrograms.Load(new ProgramSettings(), file);

        ProgramRefusal refusal = Assert.Single(programs.Refusals);
        Assert.Equal(ProgramFeature.Uses, refusal.Feature);
        Assert.Contains("sock_send_lengtX", refusal.Failure.Message, StringComparison.Ordinal);
        Assert.True(programs.Has(ProgramFeature.Lives));
        Assert.False(programs.Has(ProgramFeature.Uses));
    }

    [Fact]
    public void Without_what_is_needed_nothing_is_loaded()
    {
        byte[] file = Patched("inet_sock_set_state", "inet_sock_set_statX");

        BpfException failure = Assert.Throws<BpfException>(() => KernelPrograms.Load(new ProgramSettings(), file));
        Assert.Contains("inet_sock_set_statX", failure.Message, StringComparison.Ordinal);
        Assert.Contains("inet_sock_set_statX", failure.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rights_the_kernel_refuses_with_its_errno()
    {
        const int NotPermitted = 1; // EPERM

        BpfException failure = UnprivilegedThread.Run(() =>
            Assert.Throws<BpfException>(() => KernelPrograms.Load(new ProgramSettings())));
        Assert.Equal(NotPermitted, failure.Errno);
    }

    [Fact]
    public void What_the_ring_has_no_room_for_is_counted()
    {
        const int Connections = 200;

        using NetworkNamespaceLab lab = new();
        using HeardPrograms heard = new(lab, settings => settings with { RingBytes = 4_096 });
        using Socket listener = lab.Listen(IPAddress.Loopback);
        for (int count = 0; count < Connections; count++)
        {
            using Socket client = lab.Connect(listener);
            using Socket server = listener.Accept();
        }

        heard.Read();
        Assert.InRange(heard.Programs.Lost(), 3 * Connections, long.MaxValue);
        Assert.NotEmpty(heard.Sockets);
    }

    private static byte[] Patched(string before, string after)
    {
        using Stream stream = typeof(KernelPrograms).Assembly.GetManifestResourceStream("connbeat.bpf.o")!;
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        for (int at; (at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(before))) >= 0;)
        {
            Encoding.ASCII.GetBytes(after).CopyTo(file, at);
        }

        return file;
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
