using Connbeat.Events;
using Connbeat.Events.Ecs;
using Connbeat.Linux;

namespace Connbeat.Benchmarks.Micro;

/// <summary>
/// Opened events with IPv6 addresses and a command line of 200 bytes, each made anew with its id, of 1,024 sockets in 200
/// processes.
/// </summary>
internal sealed class OpenedEvents
{
    private const int Sockets = 1024; // a power of two
    private const int Processes = 200;

    /// <summary>The agent's run.</summary>
    public static readonly Guid Run = Guid.Parse("0d9b7a52-3b1c-4e7e-8a55-6f2d1c0b9e81");

    /// <summary>The host.</summary>
    public static readonly HostFacts Host =
        new() { Hostname = "web-1", Name = "web-1", Version = "0.1.0", Run = Run };

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 6, 30, 59, 841, TimeSpan.Zero);
    private static readonly Guid Boot = Guid.Parse("8f7f4c1e-53f6-4d0c-9c43-2a4a3c6b9f10");
    private static readonly ProcessFacts[] Owners = [.. Enumerable.Range(0, Processes).Select(Owner)];

    /// <summary>The machine.</summary>
    public static readonly BootFacts Machine = new() { Id = Boot, Seconds = 1_795_261_194, PidNamespace = 4026531836 };

    private readonly EventIds _ids = new(Boot, Run);
    private readonly SocketFacts[] _sockets = [.. Enumerable.Range(0, Sockets).Select(Socket)];
    private long _sequence;

    /// <summary>The next one.</summary>
    public ConnectionEvent Next()
    {
        SocketFacts socket = _sockets[++_sequence & (Sockets - 1)];
        SocketIdentity identity = new(4026531840, (ulong)_sequence, socket.Tuple, socket.Inode, Life: 0);
        DateTimeOffset now = Start.AddTicks(_sequence * 15_000);
        return new ConnectionEvent
        {
            Action = EventAction.ConnectionOpened,
            Id = _ids.OfFact(identity, EventAction.ConnectionOpened),
            Sequence = _sequence,
            Timestamp = now,
            Created = now.AddMilliseconds(120),
            Start = now,
            Socket = socket,
        };
    }

    private static SocketFacts Socket(int number) => new()
    {
        Transport = Transport.Tcp,
        Tuple = new InetTuple(
            InetAddress.Parse("2001:db8:85a3:8d3:1319:8a2e:370:7348"), (ushort)(32768 + number),
            InetAddress.Parse($"2607:f8b0:400c:c03:{number:x}:12:0:1a"), 443),
        Direction = Direction.Outbound,
        Attribution = Attribution.Fd,
        Inode = 4259865 + (uint)number,
        Process = Owners[number % Processes],
    };

    private static ProcessFacts Owner(int number) => new()
    {
        Pid = 1000 + (number * 7),
        StartTicks = 12345,
        Name = "python3",
        Start = Start.AddHours(-number),
        ParentPid = 1,
        Executable = "/usr/bin/python3.11",
        CommandLine = "/usr/bin/python3 -m gunicorn --bind [::]:8000 --workers 4 app:web ".PadRight(200, 'x'),
        Uid = 33,
        User = "www-data",
        Unit = "gunicorn.service",
    };
}
