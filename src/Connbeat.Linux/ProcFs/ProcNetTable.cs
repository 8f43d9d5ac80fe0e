using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// The rows of /proc/[pid]/net/{tcp,tcp6,udp,udp6}; proc_pid_net(5), and Documentation/networking/proc_net_tcp.rst:
/// <c>sl local_address rem_address st tx_queue:rx_queue tr:tm-&gt;when retrnsmt uid timeout inode …</c>
/// </summary>
internal static class ProcNetTable
{
    /// <summary>True for the line above the rows.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) => new Columns(line).Read().SequenceEqual("sl"u8);

    /// <summary>One row; IPv4 or IPv6 by the length of its addresses. False for the header and for anything malformed.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, Transport transport, out SocketEntry entry)
    {
        entry = default;
        Columns columns = new(line);
        columns.Pass(1);
        ReadOnlySpan<byte> local = columns.Read();
        ReadOnlySpan<byte> remote = columns.Read();
        if (local.Length != remote.Length ||
            !TryParseEnd(local, out InetAddress localAddress, out ushort localPort) ||
            !TryParseEnd(remote, out InetAddress remoteAddress, out ushort remotePort) ||
            !TryParseHex(columns.Read(), out byte state))
        {
            return false;
        }

        columns.Pass(1);
        ReadOnlySpan<byte> timer = columns.Read();
        columns.Pass(1);
        if (!TryParseNumber(columns.Read(), out uint uid))
        {
            return false;
        }

        columns.Pass(1);
        if (!TryParseNumber(columns.Read(), out uint inode))
        {
            return false;
        }

        entry = new SocketEntry
        {
            Transport = transport,
            State = (TcpState)state,
            IsTimeWait = transport is Transport.Tcp && IsTimeWait((TcpState)state, timer),
            Tuple = new InetTuple(localAddress, localPort, remoteAddress, remotePort),
            Uid = uid,
            Inode = inode,
        };
        return true;
    }

    /// <summary>
    /// Inode number of the table of a process: the kernel draws it, from the numbers of which namespaces have theirs,
    /// for each network namespace anew, and shows it to everybody. Null where it cannot be seen.
    /// </summary>
    /// <param name="proc">Where to look.</param>
    /// <param name="pid">Whose.</param>
    public static uint? NetInode(ProcReader proc, int pid) => NetInode(proc, pid, "net/tcp"u8);

    /// <inheritdoc cref="NetInode(ProcReader, int)"/>
    /// <param name="proc">Where to look.</param>
    /// <param name="pid">Whose.</param>
    /// <param name="file">The table, below the process; that of a thread is below <c>task</c>.</param>
    public static uint? NetInode(ProcReader proc, int pid, ReadOnlySpan<byte> file) =>
        proc.TryStatus(pid, file, out FileStatus status) == Look.Seen ? (uint)status.Inode : null;

    /// <summary>
    /// What is left of a connection that its owner closed while the other end did not has another state, but the same
    /// timer: 3, this is a socket in TIME_WAIT.
    /// </summary>
    private static bool IsTimeWait(TcpState state, ReadOnlySpan<byte> timer) =>
        state is TcpState.TimeWait || timer.StartsWith("03:"u8);

    /// <summary>
    /// Address and port, in hexadecimal digits: 8 or 32, a colon, and 4. The kernel prints each 32 bits of an address
    /// as the number that its bytes make on the host, so that they stand here in groups of four, each back to front.
    /// </summary>
    private static bool TryParseEnd(ReadOnlySpan<byte> text, out InetAddress address, out ushort port)
    {
        address = default;
        port = 0;
        int colon = text.IndexOf((byte)':');
        if (colon is not (8 or 32) || text.Length != colon + 5)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        Span<byte> portBytes = stackalloc byte[2];
        bytes = bytes[..(colon / 2)];
        if (!TryParseHex(text[..colon], bytes) || !TryParseHex(text[(colon + 1)..], portBytes))
        {
            return false;
        }

        Span<uint> words = MemoryMarshal.Cast<byte, uint>(bytes);
        BinaryPrimitives.ReverseEndianness(words, words);
        address = bytes.Length == 4 ? InetAddress.FromIPv4(bytes) : InetAddress.FromIPv6(bytes);
        port = BinaryPrimitives.ReadUInt16BigEndian(portBytes);
        return true;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> digits, out byte value)
    {
        value = 0;
        return TryParseHex(digits, new Span<byte>(ref value));
    }

    /// <summary>True where there are as many digits as <paramref name="bytes"/> take, and nothing else.</summary>
    private static bool TryParseHex(ReadOnlySpan<byte> digits, Span<byte> bytes) =>
        digits.Length == bytes.Length * 2 &&
        Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done;

    private static bool TryParseNumber(ReadOnlySpan<byte> digits, out uint number) =>
        Utf8Parser.TryParse(digits, out number, out int consumed) && consumed == digits.Length;

    /// <summary>Reads columns one after the other, whatever the number of spaces between them; empty behind the last.</summary>
    private ref struct Columns(ReadOnlySpan<byte> line)
    {
        private ReadOnlySpan<byte> _rest = line;

        public void Pass(int count)
        {
            for (; count > 0; count--)
            {
                Read();
            }
        }

        public ReadOnlySpan<byte> Read()
        {
            _rest = _rest.TrimStart((byte)' ');
            int end = _rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> column = end < 0 ? _rest : _rest[..end];
            _rest = _rest[column.Length..];
            return column;
        }
    }
}
