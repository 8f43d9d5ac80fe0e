using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connbeat.Enrichment;
using Connbeat.Events;
using Connbeat.Linux;
using Connbeat.Tests.Shared;

namespace Connbeat.Tests.Enrichment;

/// <summary>Owners in this machine's own /proc; needs no rights beyond those of the test.</summary>
public sealed class RealProcessTests
{
    private readonly ProcessScanner _scanner = Some.Scanner("/proc", BootTime.Clock);
    private readonly ProcessDirectory _directory = new();

    [Fact]
    public void The_owner_of_a_new_socket_is_the_test_itself()
    {
        Scan();
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        uint inode = InodeOf($"/proc/self/fd/{listener.Server.Handle}");

        Scan(inode);

        ProcessFacts owner = Owner(inode);
        Assert.Equal(Environment.ProcessId, owner.Pid);
        Assert.Equal(Environment.ProcessPath, owner.Executable);
        Assert.Equal(Environment.UserName, owner.User);
        DateTime started = Process.GetCurrentProcess().StartTime.ToUniversalTime();
        Assert.InRange(owner.Start!.Value.UtcDateTime, started.AddSeconds(-1), started.AddSeconds(1));
    }

    [Fact]
    public void A_socket_that_no_process_holds_is_nobodys()
    {
        const uint NoSocket = 4_294_967_290;

        Scan();
        ProcessScan scan;
        int rounds = 0;
        do
        {
            scan = Scan(NoSocket);
            Assert.InRange(++rounds, 1, 1000);
        }
        while (scan.Nobody.Count == 0);

        Assert.Equal([NoSocket], scan.Nobody);
    }

    [Fact]
    public void Processes_that_may_not_be_looked_at_are_counted() =>
        Assert.NotEqual(0, UnprivilegedThread.Run(() => Scan()).Denied);

    [Fact]
    public async Task A_renamed_process_and_an_exec_are_told_at_the_next_scan()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using Process child = Start($"exec 9<>/dev/tcp/127.0.0.1/{port}; echo ready; read line; "
            + "echo -n renamed > /proc/$$/comm; echo done; read line; exec cat");
        await Expect(child, "ready");
        uint inode = InodeOf($"/proc/{child.Id}/fd/9");
        Scan(inode);
        Assert.Equal("bash", Owner(inode).Name);

        await Say(child, "go", expected: "done");
        Scan();
        Assert.Equal("renamed", Owner(inode).Name);
        Assert.EndsWith("/bash", Owner(inode).Executable, StringComparison.Ordinal);

        await child.StandardInput.WriteLineAsync("go");
        await Say(child, "hello", expected: "hello");
        Scan();
        Assert.Equal("cat", Owner(inode).Name);
        Assert.Equal("cat", Owner(inode).CommandLine);
        Assert.Equal(child.Id, Owner(inode).Pid);

        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Scan();
        Assert.False(_directory.TryFindOwner(inode, OwnerRule.Outbound, out _));
    }

    private ProcessScan Scan(params uint[] wanted)
    {
        ProcessScan scan = _scanner.Scan(Some.Request(BootTime.Clock.GetTimestamp(), wanted));
        _directory.Apply(scan);
        return scan;
    }

    private ProcessFacts Owner(uint inode)
    {
        Assert.True(_directory.TryFindOwner(inode, OwnerRule.Outbound, out ProcessFacts? owner));
        return owner;
    }

    private static Process Start(string script) => Process.Start(new ProcessStartInfo("bash", ["-c", script])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;

    private static async Task Say(Process process, string line, string expected)
    {
        await process.StandardInput.WriteLineAsync(line);
        await Expect(process, expected);
    }

    private static async Task Expect(Process process, string line) =>
        Assert.Equal(line, await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

    private static uint InodeOf(string link) => uint.Parse(
        new FileInfo(link).LinkTarget!.AsSpan("socket:[".Length).TrimEnd(']'), CultureInfo.InvariantCulture);
}
