using System.Net;

namespace Connbeat.Linux;

/// <summary>The addresses that begin with the same bits, of IPv4 or of IPv6; RFC 4632.</summary>
internal readonly record struct InetNetwork
{
    private const int MappedBits = 96;

    private readonly InetAddress _prefix;
    private readonly int _length;

    /// <summary>Takes an address in the network, and how many of its bits all have alike.</summary>
    public InetNetwork(IPAddress prefix, int length)
    {
        _prefix = InetAddress.From(prefix);
        _length = prefix.GetAddressBytes().Length == 4 ? MappedBits + length : length;
    }

    /// <summary>The network that a text such as <c>192.0.2.0/24</c> spells.</summary>
    /// <exception cref="FormatException">It spells none.</exception>
    public static InetNetwork Parse(string text)
    {
        IPNetwork network = IPNetwork.Parse(text);
        return new InetNetwork(network.BaseAddress, network.PrefixLength);
    }

    /// <summary>True for an address in it. No IPv4 address is in a network of IPv6, such as <c>::/0</c>.</summary>
    public bool Contains(InetAddress address) =>
        address.BeginsLike(_prefix, _length) && (_length >= MappedBits || address.IsIPv4 == _prefix.IsIPv4);
}
