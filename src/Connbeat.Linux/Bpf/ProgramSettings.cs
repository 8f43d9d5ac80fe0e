using System.Buffers.Binary;

namespace Connbeat.Linux.Bpf;

/// <summary>What the programs are told before they are loaded: <c>struct settings</c> of records.h.</summary>
internal sealed record ProgramSettings
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 24;

    /// <summary>One for each port.</summary>
    public const int Ports = 65_536;

    private const byte Wanted = 1, Unwanted = 2; // enum port_flags

    /// <summary>Bytes of the ring: a power of two, and a multiple of the page size.</summary>
    public int RingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many flows of UDP sockets there is room for; 0: none are told.</summary>
    public int FlowEntries { get; init; }

    /// <summary>The reader is woken where so many bytes wait: a quarter of a small ring, so that it comes in time.</summary>
    public int WakeBytes => Math.Min(64 * 1024, RingBytes / 4);

    /// <summary>The pid namespace that processes are numbered in; 0: the machine's first, which is cheaper.</summary>
    public uint PidNamespace { get; init; }

    /// <summary>The sockets of this process are not told; 0: all are.</summary>
    public int OwnPid { get; init; }

    /// <summary>Sockets of other network namespaces are not told; 0: all are.</summary>
    public uint OnlyNamespace { get; init; }

    /// <summary>Sockets of this network namespace are not told; 0: all are.</summary>
    public uint ExceptNamespace { get; init; }

    /// <summary>Sockets with a loopback address at one end are not told.</summary>
    public bool DropsLoopback { get; init; }

    /// <summary>Sockets without one of these ports at either end are not told; null: all are.</summary>
    public Func<int, bool>? WantsPort { get; init; }

    /// <summary>Sockets with one of these ports at either end are not told; null: all are.</summary>
    public Func<int, bool>? DropsPort { get; init; }

    /// <summary>The arguments of programs are not told.</summary>
    public bool HidesArguments { get; init; }

    /// <summary>Writes the <see cref="Size"/> bytes.</summary>
    public void Write(Span<byte> settings)
    {
        BinaryPrimitives.WriteInt32LittleEndian(settings, WakeBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(settings[4..], PidNamespace);
        BinaryPrimitives.WriteInt32LittleEndian(settings[8..], OwnPid);
        BinaryPrimitives.WriteUInt32LittleEndian(settings[12..], OnlyNamespace);
        BinaryPrimitives.WriteUInt32LittleEndian(settings[16..], ExceptNamespace);
        settings[20] = (byte)(DropsLoopback ? 1 : 0);
        settings[21] = (byte)(WantsPort is null ? 0 : 1);
        settings[22] = (byte)(DropsPort is null ? 0 : 1);
        settings[23] = (byte)(HidesArguments ? 1 : 0);
    }

    /// <summary>The flags of each port, of <see cref="Ports"/>; null where no port matters.</summary>
    public byte[]? PortFlags()
    {
        if (WantsPort is null && DropsPort is null)
        {
            return null;
        }

        byte[] flags = new byte[Ports];
        for (int port = 0; port < Ports; port++)
        {
            flags[port] = (byte)((WantsPort?.Invoke(port) == true ? Wanted : 0) |
                (DropsPort?.Invoke(port) == true ? Unwanted : 0));
        }

        return flags;
    }
}
