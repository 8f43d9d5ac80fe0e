using System.Collections;
using Connbeat.Config;
using Connbeat.Linux;
using Connbeat.Linux.SockDiag;

namespace Connbeat.Capture;

/// <summary>
/// Which sockets an engine does not tell, by their addresses and ports. It is asked for every socket of every poll: it
/// makes no garbage. Any number of threads may ask.
/// </summary>
internal sealed class CaptureFilter
{
    private readonly bool _dropsLoopback;
    private readonly BitArray? _wanted;
    private readonly BitArray? _unwanted;

    /// <summary>Takes over what was configured.</summary>
    public CaptureFilter(FilterOptions options)
    {
        _dropsLoopback = !options.Loopback;
        _wanted = Bits(options.Ports);
        _unwanted = Bits(options.ExcludePorts);
    }

    /// <summary>False where nothing is configured: <see cref="Drops"/> need not be asked.</summary>
    public bool IsOn => _dropsLoopback || _wanted is not null || _unwanted is not null;

    /// <summary>True where the socket is not to be told.</summary>
    public bool Drops(in SocketEntry entry)
    {
        InetTuple ends = entry.Tuple;
        if (_dropsLoopback && (ends.Local.IsLoopback || ends.Remote.IsLoopback))
        {
            return true;
        }

        // The message of an end may lack the ports that the socket had; by its cookie it is still known whose end it is.
        if (ends.LocalPort == 0 || (ends.RemotePort == 0 && !entry.IsListening))
        {
            return false;
        }

        return (_wanted is not null && !_wanted[ends.LocalPort] && !_wanted[ends.RemotePort]) ||
            (_unwanted is not null && (_unwanted[ends.LocalPort] || _unwanted[ends.RemotePort]));
    }

    /// <summary>
    /// True where a listener on this port would be dropped while a connection from it need not be: that no listener is
    /// known there does not prove that the connection is outbound.
    /// </summary>
    public bool MayHideListener(ushort localPort) => _wanted is not null && !_wanted[localPort];

    private static BitArray? Bits(IReadOnlyList<PortRange> ranges)
    {
        if (ranges.Count == 0)
        {
            return null;
        }

        BitArray ports = new(ushort.MaxValue + 1);
        foreach (PortRange range in ranges)
        {
            for (int port = range.First; port <= range.Last; port++)
            {
                ports[port] = true;
            }
        }

        return ports;
    }
}
