using System.Text;
using Connbeat.Linux.SockDiag;
using Microsoft.Win32.SafeHandles;

namespace Connbeat.Linux.ProcFs;

/// <summary>
/// Reads whole tables of sockets, see <see cref="ProcNetTable"/>, through one buffer: no garbage for a socket. A table
/// that is not there is normal life, since a kernel may go without IPv6. One user at a time.
/// </summary>
/// <param name="proc">Where to read.</param>
internal sealed class ProcNetReader(ProcReader proc)
{
    private readonly FileLines _lines = new();

    /// <summary>Lines of all tables so far that were neither a header nor a row.</summary>
    public long NotUnderstood { get; private set; }

    /// <summary>Reads the table of the network namespace in which a process is.</summary>
    /// <param name="pid">The process; 0 stands for the agent itself.</param>
    /// <param name="transport">Which table.</param>
    /// <param name="ipv6">Which half of it; the one for IPv6 tells sockets that carry IPv4 too.</param>
    /// <param name="reader">Takes each row. Where the result is not <see cref="Look.Seen"/>, there may be more.</param>
    /// <exception cref="KernelException">The kernel refused for a reason that is not of that process.</exception>
    public Look TryRead(int pid, Transport transport, bool ipv6, SocketEntryReader reader)
    {
        ReadOnlySpan<byte> file = (transport, ipv6) switch
        {
            (Transport.Tcp, false) => "self/net/tcp"u8,
            (Transport.Tcp, true) => "self/net/tcp6"u8,
            (_, false) => "self/net/udp"u8,
            (_, true) => "self/net/udp6"u8,
        };
        file = pid == 0 ? file : file["self/".Length..];
        Look look = proc.TryOpen(pid, file, out SafeFileHandle? table);
        using (table)
        {
            if (table is null)
            {
                return look;
            }

            int errno = Read(table, transport, reader);
            return errno == 0 ? Look.Seen : proc.Judge(errno, "read", pid, file);
        }
    }

    /// <summary>Reads a file that is such a table, wherever it lies.</summary>
    /// <param name="path">Where.</param>
    /// <param name="transport">What it is a table of.</param>
    /// <param name="reader">Takes each row. Where the result is not <see cref="Look.Seen"/>, there may be more.</param>
    /// <exception cref="KernelException">It cannot be read for another reason than that it is missing or protected.</exception>
    public Look TryReadFile(string path, Transport transport, SocketEntryReader reader)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        using SafeFileHandle? table = LibC.TryOpen(name, directory: false, out int errno);
        if (table is not null)
        {
            errno = Read(table, transport, reader);
        }

        return errno == 0 ? Look.Seen : ProcReader.Judge(errno, table is null ? "open" : "read", name);
    }

    /// <returns>0, or the errno at which the table could be read no further.</returns>
    private int Read(SafeFileHandle table, Transport transport, SocketEntryReader reader)
    {
        _lines.Start(table);
        while (_lines.MoveNext())
        {
            if (ProcNetTable.TryParse(_lines.Current, transport, out SocketEntry entry))
            {
                reader(entry);
            }
            else if (!ProcNetTable.IsHeader(_lines.Current))
            {
                NotUnderstood++;
            }
        }

        NotUnderstood += _lines.PassedOver;
        return _lines.Errno;
    }
}
