namespace Connbeat.Linux;

/// <summary>The transport protocols that connbeat watches, by their IANA numbers.</summary>
internal enum Transport : byte
{
    /// <summary>IPPROTO_TCP.</summary>
    Tcp = 6,

    /// <summary>IPPROTO_UDP.</summary>
    Udp = 17,
}
