using Connbeat.Enrichment;
using Connbeat.Linux;
using Connbeat.Linux.Namespaces;
using Connbeat.Linux.SockDiag;
using Connbeat.Tracking;

namespace Connbeat.Commands;

/// <summary>One picture of the sockets of this network namespace, with their owners.</summary>
internal static class SocketSnapshot
{
    /// <summary>Takes it.</summary>
    /// <param name="states">The states to show.</param>
    /// <param name="scanner">Looks for the owners; null where they are not to be shown.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="KernelException">The kernel refused.</exception>
    public static IReadOnlyList<Connection> Take(TcpStates states, HostScanner? scanner, TimeProvider time)
    {
        uint @namespace = NetworkNamespace.Current();
        long now = time.GetTimestamp();
        List<Connection> sockets = [];
        ListenerTable listeners = new();
        using (SockDiagSocket dump = new())
        {
            dump.Dump(states, (in SocketEntry entry) =>
            {
                Connection socket = Read(@namespace, now, entry);
                sockets.Add(socket);
                if (socket.IsListener)
                {
                    listeners.Add(socket);
                }
            });
        }

        foreach (Connection socket in sockets)
        {
            socket.Direction = Directions.Of(socket, listeners);
        }

        FindOwners(sockets, listeners, scanner, now);
        return sockets;
    }

    private static Connection Read(uint @namespace, long now, in SocketEntry entry)
    {
        Connection socket = new()
        {
            Key = new SocketKey(@namespace, entry.Cookie),
            Transport = entry.Transport,
            Tuple = entry.Tuple,
            IsListener = entry.State is TcpState.Listen,
            OnlyIPv6 = entry.OnlyIPv6,
            FirstSeen = now,
            StartWasSeen = false,
        };
        socket.Observe(entry, destroyed: false);
        return socket;
    }

    /// <summary>Listeners first: the owner of an accepted connection depends on its listener's.</summary>
    private static void FindOwners(
        List<Connection> sockets, ListenerTable listeners, HostScanner? scanner, long now)
    {
        OwnerSearch owners = new(new ProcessDirectory(), isOn: scanner is not null);
        foreach (Connection socket in sockets)
        {
            owners.Find(socket, listeners);
        }

        if (scanner is not null)
        {
            owners.Apply(scanner.Scan(owners.Request(now)));
        }

        foreach (Connection listener in sockets.Where(socket => socket.IsListener))
        {
            owners.Find(listener, listeners);
        }

        foreach (Connection connection in sockets.Where(socket => !socket.IsListener))
        {
            owners.Find(connection, listeners);
        }
    }
}
