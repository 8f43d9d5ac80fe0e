using System.Runtime.InteropServices;

namespace Connbeat.Linux.Netlink;

/// <summary>What every netlink message begins with: struct nlmsghdr of linux/netlink.h, in host byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NetlinkHeader(
    uint Length, NetlinkMessageType Type, NetlinkFlags Flags, uint Sequence, uint Port)
{
    /// <summary>Bytes of the header itself.</summary>
    public const int Size = 16;
}

/// <summary>The message types that every netlink protocol shares; from 16 on they are the protocol's own.</summary>
internal enum NetlinkMessageType : ushort
{
    /// <summary>To be skipped.</summary>
    Noop = 1, // NLMSG_NOOP

    /// <summary>An errno, or 0 as an acknowledgement.</summary>
    Error = 2, // NLMSG_ERROR

    /// <summary>The end of a dump.</summary>
    Done = 3, // NLMSG_DONE

    /// <summary>Messages were lost.</summary>
    Overrun = 4, // NLMSG_OVERRUN
}

/// <summary>Flags of a netlink message; linux/netlink.h.</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>A request to the kernel.</summary>
    Request = 0x1, // NLM_F_REQUEST

    /// <summary>The dump is inconsistent: what it walks changed on the way.</summary>
    DumpInterrupted = 0x10, // NLM_F_DUMP_INTR

    /// <summary>Everything there is, not one object.</summary>
    Dump = 0x300, // NLM_F_DUMP = NLM_F_ROOT | NLM_F_MATCH
}
