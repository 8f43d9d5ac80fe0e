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

    private const int ShortId = 12; // as docker shows it

    private static readonly string[] Titles =
        ["PROTO", "STATE", "DIR", "LOCAL", "REMOTE", "PID", "PROCESS", "USER", "UNIT", "CONTAINER", "NETNS"];

    private static readonly int AlwaysShown = Array.IndexOf(Titles, "CONTAINER");

    /// <summary>Writes the table. CONTAINER and NETNS are there only where a socket has something to say in them.</summary>
    /// <param name="sockets">The rows, in any order.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="coloured">True for a terminal.</param>
    /// <param name="ownNamespace">The agent's network namespace, which goes without saying.</param>
    /// <param name="nameOf">The name of another one; null where it has none, and its number is shown.</param>
    public static void Write(
        IEnumerable<Connection> sockets, TextWriter to, bool coloured, uint ownNamespace, Func<uint, string?> nameOf)
    {
        List<(Connection Socket, string[] Cells)> rows =
            [.. Sorted(sockets).Select(socket => (socket, Cells(socket, ownNamespace, nameOf)))];
        int[] columns = [.. Enumerable.Range(0, Titles.Length).Where(column =>
            column < AlwaysShown || rows.Exists(row => row.Cells[column].Length > 0))];
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
            int last = Array.FindLast(columns, column => cells[column].Length > 0);
            foreach (int column in columns.TakeWhile(column => column <= last))
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

    private static string[] Cells(Connection socket, uint ownNamespace, Func<uint, string?> nameOf) =>
    [
        (socket.Transport is Linux.Transport.Udp ? "udp" : "tcp") + (socket.Tuple.Local.IsIPv4 ? "" : "6"),
        SocketStates.Name(socket.Transport, socket.State),
        socket.Direction switch { Direction.Inbound => "in", Direction.Outbound => "out", _ => "" },
        End(socket.Tuple.Local, socket.Tuple.LocalPort),
        socket.IsListener ? "*" : End(socket.Tuple.Remote, socket.Tuple.RemotePort),
        socket.Owner?.Pid.ToString(CultureInfo.InvariantCulture) ?? "-",
        Printable(socket.Owner?.Binary ?? "-"),
        Printable(socket.Owner?.User ?? (socket.Inode != 0 ? socket.Uid.ToString(CultureInfo.InvariantCulture) : "-")),
        Printable(UnitOf(socket)),
        Printable(ShortName(socket.Container)),
        socket.Key.Namespace == ownNamespace ? "" : Printable(nameOf(socket.Key.Namespace) ?? $"{socket.Key.Namespace}"),
    ];

    /// <summary>The unit of a container is most often named after its id, which has a column of its own.</summary>
    private static string UnitOf(Connection socket)
    {
        string unit = (socket.Owner is { } owner ? owner.Unit : socket.Cgroup?.Unit) ?? "";
        bool saysTwice = socket.Container?.Id is { Length: > 0 } id && unit.Contains(id, StringComparison.Ordinal);
        return saysTwice ? "" : unit;
    }

    /// <summary>Ids are cut short; names, and the uid of a pod, are not.</summary>
    private static string ShortName(ContainerFacts? container) => container switch
    {
        { Id: { Length: > ShortId } id } when id.All(char.IsAsciiHexDigit) => id[..ShortId],
        _ => container?.Id ?? container?.PodUid ?? "",
    };

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
