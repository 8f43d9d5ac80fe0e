using Connbeat.Commands.Doctor;
using Connbeat.Config;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class SourceCheckTests
{
    private const int Wanted = 33_554_432;

    private static readonly CaptureFacts Netlink = new()
    {
        Asked = CaptureSource.Auto,
        Engine = "netlink",
        BufferBytes = Wanted,
    };

    private static readonly CaptureFacts Procfs = new() { Asked = CaptureSource.Auto, Engine = "procfs" };

    [Theory]
    [InlineData(CaptureSource.Auto, "netlink (source: auto)")]
    [InlineData(CaptureSource.Netlink, "netlink (source: netlink)")]
    public void Netlink_is_as_it_should_be(object asked, string says) =>
        SourceCheck.Judge(Netlink with { Asked = (CaptureSource)asked }).IsOk(says);

    [Fact]
    public void A_fall_back_says_why_and_what_it_costs() =>
        SourceCheck.Judge(Procfs with { Refusal = "socket(AF_NETLINK, 4): Operation not permitted (errno 1)" }).Is(
            Status.Degraded,
            "procfs, because netlink does not work: socket(AF_NETLINK, 4): Operation not permitted (errno 1)",
            ["what comes and goes between two polls is not told"],
            ["what mends sock_diag and destroyed sockets"]);

    [Fact]
    public void Who_asks_for_less_gets_a_note() =>
        SourceCheck.Judge(Procfs with { Asked = CaptureSource.Procfs }).Is(
            Status.Note, "procfs, as configured",
            ["what comes and goes between two polls is not told"], ["set connbeat.source: auto"]);

    [Fact]
    public void What_is_asked_for_and_does_not_open_keeps_connbeat_from_starting() =>
        SourceCheck.Judge(new() { Asked = CaptureSource.Netlink, Refusal = "no" }).Is(
            Status.Broken, "netlink does not open: no",
            ["connbeat does not start"], ["set connbeat.source: auto, which takes what works"]);

    [Fact]
    public void Files_in_the_environment_are_named() =>
        SourceCheck.Judge(Procfs with { Refusal = "a file to read", Files = ["/tmp/tcp", "/tmp/tcp6"] }).Is(
            Status.Note, "procfs, from /tmp/tcp, /tmp/tcp6: PROC_NET_TCP or PROC_NET_TCP6 says so",
            ["of TCP in its own network namespace, what is in these files is told, and nothing else"],
            ["unset PROC_NET_TCP PROC_NET_TCP6"]);

    [Fact]
    public void Files_that_cannot_be_read_are_more_than_a_note() =>
        SourceCheck.Judge(Procfs with { Files = ["/tmp/tcp", "/tmp/tcp6"], UnreadableFiles = ["/tmp/tcp6"] }).Is(
            Status.Broken, "PROC_NET_TCP or PROC_NET_TCP6 names what cannot be read: /tmp/tcp6",
            ["no TCP socket of its own network namespace is told"],
            ["unset PROC_NET_TCP PROC_NET_TCP6"]);

    [Fact]
    public void A_receive_buffer_of_the_size_asked_for_is_as_it_should_be() =>
        ReceiveBufferCheck.Judge(Netlink).IsOk("32 MiB");

    [Theory]
    [InlineData(4_194_304, "4 MiB instead of 32 MiB")]
    [InlineData(106_496, "104 KiB instead of 32 MiB")]
    public void A_smaller_one_may_overrun(int granted, string says) =>
        ReceiveBufferCheck.Judge(Netlink with { BufferBytes = granted }).Is(
            Status.Degraded, says,
            ["a burst of closing connections may overrun it: counted, told as a gap, mended by a snapshot"],
            ["sudo sysctl -w net.core.rmem_max=33554432"]);

    [Fact]
    public void An_engine_without_one_misses_none()
    {
        ReceiveBufferCheck.Judge(Procfs).IsOk("procfs needs none");
        ReceiveBufferCheck.Judge(new() { Asked = CaptureSource.Netlink }).IsOk("no engine opens that needs one");
    }
}
