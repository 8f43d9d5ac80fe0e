using Connbeat.Commands.Doctor;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Tests.Commands.Doctor;

public sealed class SockDiagCheckTests
{
    private const string Modules = "sudo modprobe -a inet_diag tcp_diag udp_diag";
    private const string Forbidden =
        "allow it AF_NETLINK: a container's seccomp profile, or RestrictAddressFamilies= of systemd, forbids it";

    private static readonly Refusal NoModule = new("sock_diag dump of Udp sockets: No such file or directory (errno 2)", 2);

    [Fact]
    public void What_answers_is_as_it_should_be()
    {
        SockDiagCheck.JudgeLists(Facts(CaptureSource.Auto, udp: null)).IsOk("lists TCP and UDP sockets");
        SockDiagCheck.JudgeEnds(Facts(CaptureSource.Auto, udp: null)).IsOk("the kernel tells of TCP and UDP");
    }

    [Fact]
    public void A_missing_module_is_named() =>
        SockDiagCheck.JudgeLists(Facts(CaptureSource.Auto, NoModule)).Is(
            Status.Degraded, $"UDP sockets cannot be listed by netlink: {NoModule.Message}",
            ["netlink cannot be the source"], [Modules]);

    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(97)]
    public void A_refusal_is_somebodys_decision(int errno) =>
        SockDiagCheck.JudgeEnds(Facts(CaptureSource.Auto, new Refusal("socket: no", errno))).Is(
            Status.Degraded, "the kernel does not tell of destroyed UDP sockets: socket: no",
            ["netlink cannot be the source: connections between two polls are missed"], [Forbidden]);

    [Fact]
    public void Where_netlink_is_asked_for_it_is_broken() =>
        Assert.Equal(Status.Broken, SockDiagCheck.JudgeLists(Facts(CaptureSource.Netlink, NoModule)).Status);

    [Fact]
    public void Where_procfs_is_asked_for_it_costs_nothing() =>
        SockDiagCheck.JudgeEnds(Facts(CaptureSource.Procfs, NoModule)).Is(
            Status.Note, $"the kernel does not tell of destroyed UDP sockets: {NoModule.Message}", [], [Modules]);

    [Fact]
    public void What_is_not_watched_costs_nothing() =>
        Assert.Equal(
            Status.Note,
            SockDiagCheck.JudgeLists(Facts(CaptureSource.Netlink, NoModule) with { Watched = [Transport.Tcp] }).Status);

    private static SockDiagFacts Facts(CaptureSource asked, Refusal? udp)
    {
        Dictionary<Transport, Refusal?> tried = new() { [Transport.Tcp] = null, [Transport.Udp] = udp };
        return new() { Asked = asked, Watched = [Transport.Tcp, Transport.Udp], Lists = tried, Ends = tried };
    }
}
