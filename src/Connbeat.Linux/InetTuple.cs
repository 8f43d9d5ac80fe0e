namespace Connbeat.Linux;

/// <summary>The two ends of a socket as its owner sees them. A listener has no remote end: all zero, port 0.</summary>
internal readonly record struct InetTuple(
    InetAddress Local, ushort LocalPort, InetAddress Remote, ushort RemotePort)
{
    /// <summary>The same connection seen from its other end.</summary>
    public InetTuple Reversed => new(Remote, RemotePort, Local, LocalPort);

    /// <inheritdoc/>
    public override string ToString() => $"{End(Local, LocalPort)} -> {End(Remote, RemotePort)}";

    private static string End(InetAddress address, ushort port) =>
        address.IsIPv4 ? $"{address}:{port}" : $"[{address}]:{port}";
}
