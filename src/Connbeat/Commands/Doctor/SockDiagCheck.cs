using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Commands.Doctor;

/// <summary>Does the kernel list sockets by netlink, and tell of those that it destroys?</summary>
internal static class SockDiagCheck
{
    /// <summary>The name of the first finding.</summary>
    public const string Lists = "sock_diag";

    /// <summary>The name of the second finding.</summary>
    public const string Ends = "destroyed sockets";

    /// <summary>Judges whether sockets are listed.</summary>
    public static Finding JudgeLists(SockDiagFacts facts) => Judge(
        Lists, facts, facts.Lists, "lists {0} sockets", "{0} sockets cannot be listed by netlink",
        "netlink cannot be the source");

    /// <summary>Judges whether ends are told.</summary>
    public static Finding JudgeEnds(SockDiagFacts facts) => Judge(
        Ends, facts, facts.Ends, "the kernel tells of {0}", "the kernel does not tell of destroyed {0} sockets",
        "netlink cannot be the source: connections between two polls are missed");

    private static Finding Judge(
        string name, SockDiagFacts facts, IReadOnlyDictionary<Transport, Refusal?> tried,
        string works, string fails, string cost)
    {
        Transport[] failed = [.. tried.Where(one => one.Value is not null).Select(one => one.Key)];
        if (failed.Length == 0)
        {
            return Finding.Ok(name, string.Format(null, works, Named(tried.Keys)));
        }

        Refusal why = tried[failed[0]]!;
        bool matters = failed.Any(facts.Watched.Contains);
        Status status = !matters ? Status.Note : facts.Asked switch
        {
            CaptureSource.Netlink => Status.Broken,
            CaptureSource.Auto or CaptureSource.Ebpf => Status.Degraded,
            _ => Status.Note,
        };
        return new Finding(name, status, $"{string.Format(null, fails, Named(failed))}: {why.Message}")
        {
            Costs = status is Status.Note ? [] : [cost],
            Mend = [MendOf(why.Errno)],
        };
    }

    private static string MendOf(int errno)
    {
        const int NoEntry = 2, InvalidArgument = 22, ProtocolNotSupported = 93; // ENOENT, EINVAL, EPROTONOSUPPORT

        return errno is NoEntry or InvalidArgument or ProtocolNotSupported
            ? "sudo modprobe -a inet_diag tcp_diag udp_diag"
            : "allow it AF_NETLINK: a container's seccomp profile, or RestrictAddressFamilies= of systemd, forbids it";
    }

    private static string Named(IEnumerable<Transport> transports) =>
        string.Join(" and ", transports.Order().Select(transport => transport is Transport.Udp ? "UDP" : "TCP"));
}

/// <summary>What netlink answers.</summary>
internal sealed record SockDiagFacts
{
    /// <summary>What is configured.</summary>
    public required CaptureSource Asked { get; init; }

    /// <summary>The sockets that are to be watched.</summary>
    public required IReadOnlyList<Transport> Watched { get; init; }

    /// <summary>Whether sockets can be listed; null where they can.</summary>
    public required IReadOnlyDictionary<Transport, Refusal?> Lists { get; init; }

    /// <summary>Whether messages of destroyed sockets can be had; null where they can.</summary>
    public required IReadOnlyDictionary<Transport, Refusal?> Ends { get; init; }

    /// <summary>Asks the kernel, of the calling thread's network namespace.</summary>
    public static SockDiagFacts Read(Patient patient)
    {
        Transport[] all = [Transport.Tcp, Transport.Udp];
        CaptureOptions options = patient.Options.Capture;
        return new SockDiagFacts
        {
            Asked = options.Source,
            Watched = [.. all.Where(transport => options.Protocols.Contains(
                transport is Transport.Udp ? WatchedProtocol.Udp : WatchedProtocol.Tcp))],
            Lists = all.ToDictionary(transport => transport, transport => Try(() =>
            {
                using SockDiagSocket socket = new();
                socket.Dump(transport, TcpStates.None, static (in SocketEntry _) => { });
            })),
            Ends = all.ToDictionary(transport => transport, transport => Try(() =>
                new DestroyedSockets(bufferBytes: 4096, transport).Dispose())),
        };
    }

    private static Refusal? Try(Action attempt)
    {
        try
        {
            attempt();
            return null;
        }
        catch (KernelException failure)
        {
            return new Refusal(failure.Message, failure.Errno);
        }
        catch (SocketException failure)
        {
            return new Refusal(failure.Message, failure.NativeErrorCode);
        }
    }
}

/// <summary>Why the kernel does not.</summary>
/// <param name="Message">In its words.</param>
/// <param name="Errno">See errno(3).</param>
internal sealed record Refusal(string Message, int Errno);
