using System.Net.Sockets;
using Connbeat.Capture;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Telemetry;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Capture;

public sealed class CaptureStartTests
{
    private static readonly ProcNetFiles Files = new("/tmp/tcp", null);

    private readonly CollectingLogger<CaptureHappenings> _log = new();

    [Theory]
    [InlineData(CaptureSource.Auto, "netlink")]
    [InlineData(CaptureSource.Netlink, "netlink")]
    [InlineData(CaptureSource.Procfs, "procfs")]
    public void The_engine_that_is_asked_for_is_opened_and_by_itself_the_best(object source, string engine)
    {
        Assert.Equal(engine, Start((CaptureSource)source).Choose(engine => engine.Name));
        Assert.Empty(_log.Lines);
    }

    public static TheoryData<Exception> Refusals => [new KernelException("socket(AF_NETLINK)", 93), new SocketException(93)];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void By_itself_it_falls_back_to_proc_where_netlink_does_not_work_and_says_why(Exception refusal)
    {
        Assert.Equal("procfs", Start(CaptureSource.Auto).Choose(But("netlink", refusal)));
        Assert.StartsWith(
            $"Warning Capture by /proc: {refusal.Message}.", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CaptureSource.Netlink, "netlink")]
    [InlineData(CaptureSource.Procfs, "procfs")]
    public void What_was_asked_for_and_does_not_work_is_not_replaced(object source, string engine)
    {
        KernelException refusal = new("socket", 93);

        Assert.Same(
            refusal,
            Assert.Throws<KernelException>(() => Start((CaptureSource)source).Choose(But(engine, refusal))));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void What_is_no_refusal_of_the_kernels_is_no_reason_to_fall_back() =>
        Assert.Throws<InvalidOperationException>(
            () => Start(CaptureSource.Auto).Choose(But("netlink", new InvalidOperationException())));

    [Fact]
    public void Files_in_the_environment_are_read_by_proc_and_that_is_said()
    {
        Assert.Equal("procfs", Start(CaptureSource.Auto, Files).Choose(engine => engine.Name));
        Assert.StartsWith(
            "Warning Capture by /proc: PROC_NET_TCP or PROC_NET_TCP6 names a file to read.", Assert.Single(_log.Lines),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CaptureSource.Netlink, "netlink")]
    [InlineData(CaptureSource.Procfs, "procfs")]
    public void Files_in_the_environment_do_not_overrule_what_was_asked_for(object source, string engine)
    {
        Assert.Equal(engine, Start((CaptureSource)source, Files).Choose(engine => engine.Name));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void All_that_is_configured_is_observed_of_the_namespace_that_it_is_in()
    {
        CaptureSettings settings = Start(CaptureSource.Auto).Settings;

        Assert.Equal([Transport.Tcp, Transport.Udp], settings.Transports);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.PollInterval);
        Assert.Equal(NetworkNamespace.Current(), settings.OwnNamespace);
        Assert.True(settings.WatchOwn);
        Assert.NotNull(settings.Census);
    }

    [Fact]
    public void Less_is_observed_where_less_is_configured()
    {
        CaptureSettings settings = new CaptureStart(
            new CaptureOptions
            {
                PollInterval = TimeSpan.FromSeconds(7),
                Protocols = [WatchedProtocol.Udp, WatchedProtocol.Udp],
                Namespaces = NamespaceScope.Host,
                EnableLocalConnections = false,
            },
            ProcNetFiles.None, new ManualTime(), new CaptureHappenings(_log)).Settings;

        Assert.Equal([Transport.Udp], settings.Transports);
        Assert.Equal(TimeSpan.FromSeconds(7), settings.PollInterval);
        Assert.False(settings.WatchOwn);
        Assert.Null(settings.Census);
    }

    private CaptureStart Start(CaptureSource source, ProcNetFiles? files = null) => new(
        new CaptureOptions { Source = source }, files ?? ProcNetFiles.None, new ManualTime(), new CaptureHappenings(_log));

    /// <summary>Opens an engine by its name, but for one.</summary>
    private static Func<ICaptureEngine, string> But(string broken, Exception refusal) =>
        engine => engine.Name == broken ? throw refusal : engine.Name;
}
