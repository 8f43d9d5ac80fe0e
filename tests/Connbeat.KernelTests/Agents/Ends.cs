using System.Net;
using System.Net.Sockets;
using Connbeat.KernelTests.Lab;

namespace Connbeat.KernelTests.Agents;

/// <summary>The ends of the test's own sockets, spelt as <see cref="SeenEvent.Ends"/> spells them.</summary>
internal static class Ends
{
    private const string Udp = "udp ";

    /// <summary>The owner of sockets that the test itself holds.</summary>
    public static string Self { get; } = $"fd {Environment.ProcessId}";

    /// <summary>Both ends of a connected socket, the one end of a listener.</summary>
    public static string Of(Socket socket)
    {
        string transport = socket.SocketType is SocketType.Dgram ? Udp : "";
        string local = Plain(socket.LocalEndPoint!);
        return transport + (socket.Connected ? $"{local} -> {Plain(socket.RemoteEndPoint!)}" : local);
    }

    /// <summary>The same connection as its other end has it.</summary>
    public static string Reversed(string ends)
    {
        string transport = ends.StartsWith(Udp, StringComparison.Ordinal) ? Udp : "";
        return transport + string.Join(" -> ", ends[transport.Length..].Split(" -> ").Reverse());
    }

    /// <summary>Opens a connection and closes it, the connecting end first.</summary>
    /// <returns>Its ends as the connecting one had them.</returns>
    public static string Passing(NetworkNamespaceLab lab, Socket listener)
    {
        using Socket client = lab.Connect(listener);
        using Socket server = listener.Accept();
        string ends = Of(client);
        client.Dispose();
        Assert.Equal(0, server.Receive(new byte[1]));
        return ends;
    }

    private static string Plain(EndPoint end)
    {
        IPEndPoint ip = (IPEndPoint)end;
        return ip.Address.IsIPv4MappedToIPv6
            ? new IPEndPoint(ip.Address.MapToIPv4(), ip.Port).ToString()
            : ip.ToString();
    }
}
