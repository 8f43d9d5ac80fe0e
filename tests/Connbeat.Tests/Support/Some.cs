using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tests.Support;

/// <summary>Values that are valid and alike in nothing; a test says only what it is about.</summary>
internal static class Some
{
    public static readonly Guid Boot = Guid.Parse("8f7f4c1e-53f6-4d0c-9c43-2a4a3c6b9f10");

    public static readonly Guid Run = Guid.Parse("0d9b7a52-3b1c-4e7e-8a55-6f2d1c0b9e81");

    public static readonly DateTimeOffset Time = new(2026, 11, 21, 6, 30, 59, 841, TimeSpan.Zero);

    public static EventIds Ids() => new(Boot, Run);

    public static HostFacts Host() => new() { Hostname = "web-1", Name = "shop", Version = "0.1.0", Run = Run };

    public static InetTuple Tuple() => new(
        InetAddress.Parse("192.0.2.17"), 40312, InetAddress.Parse("198.51.100.7"), 443);

    public static InetTuple IPv6Tuple() => new(
        InetAddress.Parse("2001:db8:85a3::8a2e:370:7348"), 55034, InetAddress.Parse("2607:f8b0:400c:c03::1a"), 25);

    public static InetTuple ListenerTuple() => new(InetAddress.Parse("0.0.0.0"), 8080, default, 0);

    public static SocketIdentity Identity() => new(4026531840, 0x1234_5678_9abc, Tuple(), Inode: 4259868, Life: 0);

    public static ProcessFacts Process() => new()
    {
        Pid = 1742,
        StartTicks = 90_210,
        Name = "gunicorn: maste",
        Start = Time.AddMinutes(-95),
        ParentPid = 1,
        Executable = "/usr/bin/python3.11",
        CommandLine = "/usr/bin/python3 -m gunicorn app:web",
        Arguments = ["/usr/bin/python3", "-m", "gunicorn", "app:web"],
        Environment = ["PATH=/usr/bin:/bin", "LANG=C.UTF-8"],
        Uid = 33,
        User = "www-data",
        Unit = "gunicorn.service",
    };

    public static ContainerFacts Container() => new()
    {
        Id = "38fac3e99302b3622be089dd41e7ccf38aff368a86cc339972075136ee2710ce",
        Runtime = "docker",
    };

    public static ContainerFacts ContainerOfPod() =>
        Container() with { Runtime = "containerd", PodUid = "97f1ae73-7ad9-11ec-b4a7-9a35488b4fab" };

    public static ContainerDetails ContainerDetails() => new()
    {
        Name = "/shop_web_1",
        Image = "nginx:1.29",
        Labels = new Dictionary<string, string>
        {
            ["maintainer"] = "NGINX Docker Maintainers <docker-maint@nginx.com>",
            ["com.example.some-label"] = "=/@&'\"",
            ["com.docker.compose.service"] = "web",
        },
        Ports = new Dictionary<string, IReadOnlyList<PublishedPort>>
        {
            ["80"] = [new("0.0.0.0", "8080"), new("::", "8080")],
            ["443"] = [],
        },
        Environment = ["PATH=/usr/bin:/bin", "STAGE=test"],
        Host = new ContainerHost("web-1", ["192.0.2.17"]),
    };

    public static SocketFacts Connection() => new()
    {
        Transport = Transport.Tcp,
        Tuple = Tuple(),
        Direction = Direction.Outbound,
        Attribution = Attribution.Fd,
        Inode = 4259868,
        Process = Process(),
        BytesSent = 517,
        BytesReceived = 4096,
        RttMicroseconds = 1830,
        Retransmits = 2,
    };

    /// <summary>What a server and somebody that asked it have sent each other.</summary>
    public static SocketFacts Flow() => Connection() with
    {
        Transport = Transport.Udp,
        Direction = Direction.Inbound,
        Attribution = Attribution.Bpf,
        BytesSent = 12_800,
        BytesReceived = 1_024,
        PacketsSent = 25,
        PacketsReceived = 26,
        RttMicroseconds = null,
        Retransmits = null,
    };

    public static SocketFacts Listener() => new()
    {
        Transport = Transport.Tcp,
        Tuple = ListenerTuple(),
        Direction = Direction.Listening,
        Attribution = Attribution.Fd,
        Inode = 4259865,
        Process = Process(),
    };

    /// <summary>An event with all that belongs to its action.</summary>
    public static ConnectionEvent Event(EventAction action = EventAction.ConnectionOpened)
    {
        bool closes = action is EventAction.ConnectionClosed or EventAction.ListenerClosed;
        return new ConnectionEvent
        {
            Action = action,
            Id = action.IsFact() ? Ids().OfFact(Identity(), action) : Ids().OfObservation(7),
            Sequence = 7,
            Timestamp = Time,
            Created = Time.AddMilliseconds(161),
            Start = action.IsAgent() ? null : Time.AddSeconds(-30),
            End = closes || action == EventAction.ConnectionFailed ? Time : null,
            Duration = closes ? TimeSpan.FromSeconds(30) : null,
            ErrorCode = action == EventAction.ConnectionFailed ? "ECONNREFUSED" : null,
            Socket = action.IsAgent() ? null
                : action.IsListener() ? Listener()
                : action is EventAction.ConnectionUnprotected ? Connection() with { Tunnel = Tunnel() with { IsProtected = false } }
                : Connection(),
            Gap = action == EventAction.Gap ? Gap() : null,
            Tunnel = action.IsTunnel() ? Tunnel() with { IsExpected = null, LocalTs = ["10.1.0.0/24"], RemoteTs = ["10.2.0.0/24", "10.4.0.0/24"] } : null,
            Run = action switch
            {
                EventAction.AgentStarted => Previous(),
                EventAction.AgentAlive => new RunFacts { LastSequence = 6 },
                _ => null,
            },
        };
    }

    public static TunnelFacts Tunnel() => new()
    {
        Name = "site",
        Child = "net-net",
        State = "INSTALLED",
        ReqId = 3,
        IsExpected = true,
        IsProtected = true,
    };

    public static NatFacts Nat() => new(
        new NatEnd(InetAddress.Parse("203.0.113.9"), 61000), new NatEnd(InetAddress.Parse("2001:db8::8080"), 8443));

    private static GapFacts Gap() => new("capture", "receive_buffer_overrun", 31, Time.AddSeconds(-2), Time);

    private static RunFacts Previous() => new()
    {
        PreviousRun = "5b0f3c61-8c1d-4c7a-b1f2-3e4d5c6b7a89",
        PreviousLastSequence = 1207,
        PreviousClean = false,
    };
}
