using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Connbeat.Config;

/// <summary>Addresses as a condition <c>network</c> names them: by a prefix, or in a group by its name.</summary>
/// <param name="Written">As it was written.</param>
/// <param name="Group">The group; null for a prefix.</param>
/// <param name="Prefix">An address in the prefix; null for a group.</param>
/// <param name="Length">How many bits of it count.</param>
internal sealed record NetworkRange(string Written, AddressGroup? Group, IPAddress? Prefix, int Length)
{
    private static readonly Dictionary<string, AddressGroup> Groups = new()
    {
        ["loopback"] = AddressGroup.Loopback,
        ["private"] = AddressGroup.Private,
        ["public"] = AddressGroup.Public,
        ["unspecified"] = AddressGroup.Unspecified,
        ["unicast"] = AddressGroup.GlobalUnicast,
        ["global_unicast"] = AddressGroup.GlobalUnicast,
        ["link_local_unicast"] = AddressGroup.LinkLocalUnicast,
        ["multicast"] = AddressGroup.Multicast,
        ["interface_local_multicast"] = AddressGroup.InterfaceLocalMulticast,
        ["link_local_multicast"] = AddressGroup.LinkLocalMulticast,
    };

    /// <summary>What the text must be, for a fault to say.</summary>
    public static string Expected { get; } =
        $"a network such as 192.0.2.0/24, an address, or one of {string.Join(", ", Groups.Keys)}";

    /// <summary>Reads a network, an address alone, or the name of a group; bits beyond the prefix do not count.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out NetworkRange range)
    {
        if (Groups.TryGetValue(text, out AddressGroup group))
        {
            range = new NetworkRange(text, group, Prefix: null, Length: 0);
            return true;
        }

        range = null;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out IPAddress? address))
        {
            return false;
        }

        int bits = address.GetAddressBytes().Length * 8;
        int length = bits;
        if (slash >= 0 && !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            return false;
        }

        range = new NetworkRange(text, Group: null, address, length);
        return length <= bits;
    }

    /// <summary>Reads an address in its usual form; <c>127.1</c> and its like are none.</summary>
    public static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        bool isUsual = text.Contains(':', StringComparison.Ordinal)
            ? text.AsSpan().IndexOfAny('%', '[') < 0
            : text.AsSpan().Count('.') == 3;
        address = null;
        return isUsual && IPAddress.TryParse(text, out address);
    }
}

/// <summary>A group of addresses, as Go's package net and RFC 6890 have it.</summary>
internal enum AddressGroup
{
    /// <summary>127.0.0.0/8 and ::1.</summary>
    Loopback,

    /// <summary>RFC 1918 and RFC 4193.</summary>
    Private,

    /// <summary>None of loopback, private, unspecified, link-local, interface-local or 255.255.255.255.</summary>
    Public,

    /// <summary>0.0.0.0 and ::.</summary>
    Unspecified,

    /// <summary>Unicast beyond the link, private addresses among them.</summary>
    GlobalUnicast,

    /// <summary>169.254.0.0/16 and fe80::/10.</summary>
    LinkLocalUnicast,

    /// <summary>224.0.0.0/4 and ff00::/8.</summary>
    Multicast,

    /// <summary>Of ff00::/8 those of scope 1.</summary>
    InterfaceLocalMulticast,

    /// <summary>224.0.0.0/24, and of ff00::/8 those of scope 2.</summary>
    LinkLocalMulticast,
}
