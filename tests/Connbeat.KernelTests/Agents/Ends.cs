using System.Net;
using System.Net.Sockets;

namespace Connbeat.KernelTests.Agents;

/// <summary>The ends of the test's own sockets, spelt as <see cref="SeenEvent.Ends"/> spells them.</summary>
internal static class Ends
{
    /// <summary>The owner of sockets that the test itself holds.</summary>
    public static string Self { get; } = $"fd {Environment.ProcessId}";

    /// <summary>Both ends of a connected socket, the one end of a listener.</summary>
    public static string Of(Socket socket)
    {
        string local = Plain(socket.LocalEndPoint!);
        return socket.Connected ? $"{local} -> {Plain(socket.RemoteEndPoint!)}" : local;
    }

    /// <summary>The same connection as its other end has it.</summary>
    public static string Reversed(string ends) => string.Join(" -> ", ends.Split(" -> ").Reverse());

    private static string Plain(EndPoint end)
    {
        IPEndPoint ip = (IPEndPoint)end;
        return ip.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port).ToString()
            : ip.ToString();
    }
}
