using System.Net;
using System.Net.Sockets;
using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Exporters.SocketWatch;

/// <summary>A host that sockets are compared with: an address, a network, or a name with all its addresses.</summary>
internal sealed class WatchedHost
{
    private readonly string _name;
    private readonly InetNetwork? _network;
    private volatile InetAddress[] _addresses = [];

    /// <summary>A host that is written so. A name has no address before it is asked for.</summary>
    public WatchedHost(string written)
    {
        _name = written;
        IsAny = WatchedSocket.IsAny(written);
        if (IsAny || IPAddress.TryParse(written, out _))
        {
            _addresses = IsAny ? [] : [InetAddress.Parse(written)];
        }
        else if (IPNetwork.TryParse(written, out IPNetwork network))
        {
            _network = new InetNetwork(network.BaseAddress, network.PrefixLength);
        }
        else
        {
            IsName = true;
        }
    }

    /// <summary>As it is written.</summary>
    public string Name => _name;

    /// <summary>True where every address will do.</summary>
    public bool IsAny { get; }

    /// <summary>True where the addresses may be others tomorrow.</summary>
    public bool IsName { get; }

    /// <summary>Asks for the addresses of the name.</summary>
    /// <exception cref="SocketException">It has none.</exception>
    public void Resolve() => _addresses = [.. Dns.GetHostAddresses(_name).Select(InetAddress.From)];

    /// <summary>True for an address of this host.</summary>
    public bool Has(InetAddress address) => IsAny || (_network?.Contains(address) ?? _addresses.AsSpan().Contains(address));
}
