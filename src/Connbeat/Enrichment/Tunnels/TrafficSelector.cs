using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Tunnels;

/// <summary>
/// One end of what a tunnel carries, as strongSwan writes it: <c>10.1.0.0/24</c>, <c>10.1.0.3..10.1.0.9</c>,
/// <c>10.1.0.0/24[tcp/443]</c>, <c>fd00::/64[udp/1024-2048]</c>, <c>0.0.0.0/0[6]</c>.
/// </summary>
internal readonly record struct TrafficSelector
{
    private const byte AnyProtocol = 0, Tcp = 6, Udp = 17;
    private const ushort LastPort = ushort.MaxValue;

    private readonly UInt128 _first;
    private readonly UInt128 _last;
    private readonly bool _isIPv4;
    private readonly byte _protocol;
    private readonly (ushort First, ushort Last) _ports;

    private TrafficSelector(InetAddress first, InetAddress last, byte protocol, (ushort, ushort) ports)
    {
        _first = NumberOf(first);
        _last = NumberOf(last);
        _isIPv4 = first.IsIPv4;
        _protocol = protocol;
        _ports = ports;
    }

    /// <summary>How many addresses there are, less one: the fewer, the more it means those.</summary>
    public UInt128 Size => _last - _first;

    /// <summary>Reads one; false where it is none that addresses can be within, such as <c>dynamic</c>, or of another protocol.</summary>
    public static bool TryParse(string text, out TrafficSelector selector)
    {
        selector = default;
        ReadOnlySpan<char> rest = text;
        byte protocol = AnyProtocol;
        (ushort, ushort) ports = (0, LastPort);
        int bracket = rest.IndexOf('[');
        if (bracket >= 0)
        {
            if (rest[^1] != ']' || !TryParseProtocol(rest[(bracket + 1)..^1], out protocol, out ports))
            {
                return false;
            }

            rest = rest[..bracket];
        }

        if (!TryParseRange(rest, out InetAddress first, out InetAddress last) || NumberOf(first) > NumberOf(last) || first.IsIPv4 != last.IsIPv4)
        {
            return false;
        }

        selector = new TrafficSelector(first, last, protocol, ports);
        return true;
    }

    /// <summary>True where an end of a connection is within.</summary>
    public bool Covers(Transport transport, InetAddress address, ushort port)
    {
        if (address.IsIPv4 != _isIPv4 || port < _ports.First || port > _ports.Last ||
            (_protocol != AnyProtocol && _protocol != (transport is Transport.Tcp ? Tcp : Udp)))
        {
            return false;
        }

        UInt128 number = NumberOf(address);
        return number >= _first && number <= _last;
    }

    /// <summary>The one address that is within; null where there are more.</summary>
    public UInt128? Only => _first == _last ? _first : null;

    /// <summary>An address as a number, IPv4 in its mapped form.</summary>
    public static UInt128 NumberOf(InetAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteIPv6(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private static bool TryParseRange(ReadOnlySpan<char> text, out InetAddress first, out InetAddress last)
    {
        first = last = default;
        int dots = text.IndexOf("..");
        if (dots >= 0)
        {
            return TryParseAddress(text[..dots], out first) && TryParseAddress(text[(dots + 2)..], out last);
        }

        int slash = text.IndexOf('/');
        if (slash < 0)
        {
            return TryParseAddress(text, out first) && TryParseAddress(text, out last);
        }

        if (!TryParseAddress(text[..slash], out first) ||
            !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int length) ||
            length > (first.IsIPv4 ? 32 : 128))
        {
            return false;
        }

        int free = (first.IsIPv4 ? 32 : 128) - length;
        UInt128 mask = free == 128 ? UInt128.MaxValue : (UInt128.One << free) - 1;
        UInt128 number = NumberOf(first);
        first = AddressOf(number & ~mask);
        last = AddressOf(number | mask);
        return true;
    }

    private static bool TryParseAddress(ReadOnlySpan<char> text, out InetAddress address)
    {
        bool isOne = IPAddress.TryParse(text, out IPAddress? parsed) && text.ContainsAny('.', ':');
        address = isOne ? InetAddress.From(parsed!) : default;
        return isOne;
    }

    private static InetAddress AddressOf(UInt128 number)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return InetAddress.FromIPv6(bytes);
    }

    /// <summary><c>tcp</c>, <c>tcp/443</c>, <c>udp/1024-2048</c>, <c>17/53</c>, <c>/80</c>; other protocols have no connections.</summary>
    private static bool TryParseProtocol(ReadOnlySpan<char> text, out byte protocol, out (ushort, ushort) ports)
    {
        ports = (0, LastPort);
        int slash = text.IndexOf('/');
        ReadOnlySpan<char> name = slash < 0 ? text : text[..slash];
        protocol = name switch
        {
            "" or "0" => AnyProtocol,
            "tcp" or "6" => Tcp,
            "udp" or "17" => Udp,
            _ => byte.MaxValue,
        };
        if (protocol == byte.MaxValue)
        {
            return false;
        }

        ReadOnlySpan<char> port = slash < 0 ? "" : text[(slash + 1)..];
        if (port is "" or "any" or "%any")
        {
            return true;
        }

        int dash = port.IndexOf('-');
        if (!ushort.TryParse(dash < 0 ? port : port[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out ushort first) ||
            !ushort.TryParse(dash < 0 ? port : port[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort last))
        {
            return false;
        }

        ports = (first, last);
        return true;
    }
}
