using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Connbeat.Linux;
using Connbeat.Linux.Netlink;

namespace Connbeat.Exporters.Conntrack;

/// <summary>This host's addresses, and whether they have changed: rtnetlink(7) says when to look again.</summary>
internal sealed class OwnAddresses : IDisposable
{
    private const int Route = 0; // NETLINK_ROUTE
    private const int IPv4Addresses = 5, IPv6Addresses = 9; // RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR

    private readonly NetlinkSocket _netlink = NetlinkSocket.Open(Route);
    private readonly byte[] _buffer = new byte[32 * 1024];

    /// <summary>Listens for changes from now on.</summary>
    public OwnAddresses()
    {
        _netlink.Blocking = false;
        _netlink.Join(IPv4Addresses);
        _netlink.Join(IPv6Addresses);
    }

    /// <summary>What to wait on; see <see cref="Epoll"/>.</summary>
    public SafeHandle Handle => _netlink.Handle;

    /// <summary>True where they may have changed since the last call.</summary>
    public bool HaveChanged()
    {
        bool changed = false;
        while (_netlink.Receive(_buffer, out _) is not NetlinkSocket.Received.Nothing)
        {
            changed = true; // what has changed does not matter
        }

        return changed;
    }

    /// <summary>The addresses that there are now.</summary>
    public static IReadOnlySet<InetAddress> Read() => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(unicast => InetAddress.From(unicast.Address))
        .ToHashSet();

    /// <inheritdoc/>
    public void Dispose() => _netlink.Dispose();
}
