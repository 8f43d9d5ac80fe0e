using Connbeat.Config;
using Connbeat.Linux;

namespace Connbeat.Conditions;

/// <summary>The groups of addresses that conditions can name.</summary>
internal static class AddressGroups
{
    private static readonly InetNetwork[] Private = Networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");
    private static readonly InetNetwork[] LinkLocal = Networks("169.254.0.0/16", "fe80::/10");
    private static readonly InetNetwork[] Multicast = Networks("224.0.0.0/4", "ff00::/8");
    private static readonly InetNetwork[] InterfaceLocalMulticast = [.. OfScope(1)];
    private static readonly InetNetwork[] LinkLocalMulticast = [InetNetwork.Parse("224.0.0.0/24"), .. OfScope(2)];
    private static readonly InetNetwork[] Broadcast = Networks("255.255.255.255/32");

    /// <summary>Tells whether an address is in a group.</summary>
    public static Func<InetAddress, bool> Of(AddressGroup group) => group switch
    {
        AddressGroup.Loopback => static address => address.IsLoopback,
        AddressGroup.Unspecified => static address => address.IsAny,
        AddressGroup.Private => static address => IsIn(address, Private),
        AddressGroup.LinkLocalUnicast => static address => IsIn(address, LinkLocal),
        AddressGroup.Multicast => static address => IsIn(address, Multicast),
        AddressGroup.InterfaceLocalMulticast => static address => IsMulticast(address, InterfaceLocalMulticast),
        AddressGroup.LinkLocalMulticast => static address => IsMulticast(address, LinkLocalMulticast),
        AddressGroup.GlobalUnicast => static address => !IsOfThisHostOrLink(address) && !IsIn(address, Multicast),
        _ => static address => !IsOfThisHostOrLink(address) && !IsIn(address, Private) &&
            !IsMulticast(address, InterfaceLocalMulticast) && !IsMulticast(address, LinkLocalMulticast),
    };

    private static bool IsOfThisHostOrLink(InetAddress address) =>
        address.IsLoopback || address.IsAny || IsIn(address, LinkLocal) || IsIn(address, Broadcast);

    /// <summary>Few addresses are multicast, and of those there are many networks.</summary>
    private static bool IsMulticast(InetAddress address, InetNetwork[] networks) =>
        IsIn(address, Multicast) && IsIn(address, networks);

    private static bool IsIn(InetAddress address, InetNetwork[] networks)
    {
        foreach (InetNetwork network in networks)
        {
            if (network.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static InetNetwork[] Networks(params string[] texts) => [.. texts.Select(InetNetwork.Parse)];

    /// <summary>IPv6 multicast of a scope, whatever its flags; RFC 4291, 2.7.</summary>
    private static IEnumerable<InetNetwork> OfScope(int scope) =>
        Enumerable.Range(0, 16).Select(flags => InetNetwork.Parse($"ff{flags:x}{scope}::/16"));
}
