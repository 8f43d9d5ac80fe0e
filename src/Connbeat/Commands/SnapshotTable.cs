using System.Globalization;
using System.Text;
using Connbeat.Events;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>
/// Sockets as a person reads them: aligned, listeners first, then by process; coloured on a terminal. What comes from
/// other processes is shown without control characters, which a terminal would obey.
/// </summary>
internal static class SnapshotTable
{
    private const string Bold = "\e[1m", Dim = "\e[2m", Green = "\e[32m", Cyan = "\e[36m", Yellow = "\e[33m", Plain = "\e[0m";

    private static readonly string[] Titles =
        ["PROTO", "STATE", "DIR", "LOCAL", "REMOTE", "PID", "PROCESS", "USER", "UNIT"];

    /// <summary>Writes the table.</summary>
    public static void Write(IEnumerable<Connection> sockets, TextWriter to, bool coloured)
    {
        List<(Connection Socket, string[] Cells)> rows = [.. Sorted(sockets).Select(socket => (socket, Cells(socket)))];
        int[] widths = [.. Titles.Select((title, column) =>
            rows.Select(row => row.Cells[column].Length).Append(title.Length).Max())];

        StringBuilder line = new();
        WriteLine(Titles, coloured ? _ => Bold : null);
        foreach ((Connection socket, string[] cells) in rows)
        {
            WriteLine(cells, coloured ? column => Colour(socket, column) : null);
        }

        void WriteLine(string[] cells, Func<int, string>? colour)
        {
            line.Clear();
            int last = Array.FindLastIndex(cells, cell => cell.Length > 0);
            for (int column = 0; column <= last; column++)
            {
                string padding = column == last ? "" : new string(' ', widths[column] - cells[column].Length + 2);
                string start = colour?.Invoke(column) ?? "";
                line.Append(start).Append(cells[column]).Append(start.Length > 0 ? Plain : "").Append(padding);
            }

            to.WriteLine(line);
        }
    }

    private static IEnumerable<Connection> Sorted(IEnumerable<Connection> sockets) => sockets
        .OrderBy(socket => !socket.IsListener)
        .ThenBy(socket => socket.Owner?.Binary ?? "\uffff", StringComparer.Ordinal)
        .ThenBy(socket => socket.Owner?.Pid ?? int.MaxValue)
        .ThenBy(socket => socket.Tuple.LocalPort)
        .ThenBy(socket => socket.Tuple.RemotePort);

    private static string[] Cells(Connection socket) =>
    [
        (socket.Transport is Linux.Transport.Udp ? "udp" : "tcp") + (socket.Tuple.Local.IsIPv4 ? "" : "6"),
        SocketStates.Name(socket.State),
        socket.Direction switch { Direction.Inbound => "in", Direction.Outbound => "out", _ => "" },
        End(socket.Tuple.Local, socket.Tuple.LocalPort),
        socket.IsListener ? "*" : End(socket.Tuple.Remote, socket.Tuple.RemotePort),
        socket.Owner?.Pid.ToString(CultureInfo.InvariantCulture) ?? "-",
        Printable(socket.Owner?.Binary ?? "-"),
        Printable(socket.Owner?.User ?? (socket.Inode != 0 ? socket.Uid.ToString(CultureInfo.InvariantCulture) : "-")),
        Printable(socket.Owner?.Unit ?? ""),
    ];

    private static string Colour(Connection socket, int column) => column switch
    {
        1 => socket.IsListener ? Green : socket.State is Linux.TcpState.Established ? Cyan : Yellow,
        5 or 7 => Dim,
        6 => Bold,
        _ => "",
    };

    private static string End(Linux.InetAddress address, ushort port) =>
        address.IsIPv4 ? $"{address}:{port}" : $"[{address}]:{port}";

    private static string Printable(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(character => char.IsControl(character) ? '?' : character))
        : text;
}
