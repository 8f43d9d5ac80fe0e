using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// /proc/[pid]/net/sockstat and sockstat6: how many sockets a network namespace has; proc_pid_net(5). What is left of
/// connections that ended is not counted. A handle on one of these files keeps its namespace alive.
/// </summary>
/// <param name="Tcp">TCP sockets in use, listeners included.</param>
/// <param name="Udp">UDP sockets in use.</param>
internal readonly record struct SocketStatistics(int Tcp, int Udp)
{
    private const int Longest = 4096;

    /// <summary>Both counts of both; no more than an <see cref="int"/> holds.</summary>
    public static SocketStatistics operator +(SocketStatistics left, SocketStatistics right) =>
        new(Sum(left.Tcp, right.Tcp), Sum(left.Udp, right.Udp));

    /// <summary>
    /// IPv4 and IPv6 together, in the network namespace of a process; of the agent itself where <paramref name="pid"/>
    /// is 0. Null where it cannot be read or tells no count.
    /// </summary>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that process.</exception>
    public static SocketStatistics? Read(ProcReader proc, int pid)
    {
        SocketStatistics? ipv4 = Read(proc, pid, "self/net/sockstat"u8, out _);
        SocketStatistics? ipv6 = Read(proc, pid, "self/net/sockstat6"u8, out Look look);
        return look == Look.Gone ? ipv4 : ipv4 + ipv6; // a kernel without IPv6 has but the first
    }

    /// <summary>The same, from handles on the two files, as often as wanted. Null where one cannot be read.</summary>
    /// <param name="sockstat">On sockstat.</param>
    /// <param name="sockstat6">On sockstat6; null in a kernel without IPv6.</param>
    public static SocketStatistics? Read(SafeFileHandle sockstat, SafeFileHandle? sockstat6)
    {
        SocketStatistics? ipv4 = Read(sockstat);
        return sockstat6 is null ? ipv4 : ipv4 + Read(sockstat6);
    }

    /// <summary>
    /// Adds up the lines <c>TCP: inuse 5 orphan 0 …</c>, <c>UDP: inuse 3 mem 0</c>, <c>TCP6: inuse 2</c> and
    /// <c>UDP6: inuse 1</c>. Null where there is none: no count is not a count of 0.
    /// </summary>
    public static SocketStatistics? Parse(ReadOnlySpan<byte> content)
    {
        SocketStatistics? sum = null;
        foreach (Range range in content.Split((byte)'\n'))
        {
            if (ParseLine(content[range]) is { } counted)
            {
                sum = counted + sum.GetValueOrDefault();
            }
        }

        return sum;
    }

    private static SocketStatistics? ParseLine(ReadOnlySpan<byte> line)
    {
        if (TryParse(line, "TCP: inuse "u8, out int count) || TryParse(line, "TCP6: inuse "u8, out count))
        {
            return new SocketStatistics(count, 0);
        }

        return TryParse(line, "UDP: inuse "u8, out count) || TryParse(line, "UDP6: inuse "u8, out count)
            ? new SocketStatistics(0, count)
            : null;
    }

    private static bool TryParse(ReadOnlySpan<byte> line, ReadOnlySpan<byte> label, out int count)
    {
        count = 0;
        return line.StartsWith(label) && Utf8Parser.TryParse(line[label.Length..], out count, out _) && count >= 0;
    }

    private static SocketStatistics? Read(ProcReader proc, int pid, ReadOnlySpan<byte> file, out Look look)
    {
        file = pid == 0 ? file : file["self/".Length..];
        look = proc.TryRead(pid, file, Longest, out ReadOnlySpan<byte> content);
        return look == Look.Seen ? Parse(content) : null;
    }

    private static SocketStatistics? Read(SafeFileHandle file)
    {
        Span<byte> content = stackalloc byte[Longest];
        try
        {
            return Parse(content[..RandomAccess.Read(file, content, fileOffset: 0)]);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int Sum(int left, int right) => (int)Math.Min((long)left + right, int.MaxValue);
}
