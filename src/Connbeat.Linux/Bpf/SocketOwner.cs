using System.Buffers.Binary;

namespace Connbeat.Linux.Bpf;

/// <summary>A process as the programs tell it: <c>struct owner</c> of records.h.</summary>
/// <param name="Pid">Its number in the agent's pid namespace; 0: nobody, or one that has none there.</param>
/// <param name="StartNanoseconds">When it began, on the boot clock.</param>
/// <param name="Uid">Real user id.</param>
/// <param name="CgroupId">Inode number of its control group in the hierarchy of version 2.</param>
/// <param name="Name">Its name then.</param>
internal readonly record struct SocketOwner(int Pid, long StartNanoseconds, uint Uid, ulong CgroupId, TaskName Name)
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>When it was so, on the boot clock: user, group and name may be others later. 0 where nobody says.</summary>
    public long At { get; init; }

    /// <summary>True where there is one.</summary>
    public bool IsKnown => Pid != 0;

    /// <summary>Reads the <see cref="Size"/> bytes.</summary>
    public static SocketOwner Read(ReadOnlySpan<byte> owner) => new(
        BinaryPrimitives.ReadInt32LittleEndian(owner[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(owner),
        BinaryPrimitives.ReadUInt32LittleEndian(owner[20..]),
        BinaryPrimitives.ReadUInt64LittleEndian(owner[8..]),
        TaskName.Read(owner[24..]))
    {
        At = BinaryPrimitives.ReadInt64LittleEndian(owner[40..]),
    };
}

/// <summary>How the programs found an owner: <c>enum owner_method</c> of records.h.</summary>
internal enum OwnerMethod : byte
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>It called connect(2) or listen(2).</summary>
    Called = 1,

    /// <summary>It sent or received last, or asked to.</summary>
    Used = 2,

    /// <summary>It closed the socket or its sending side, and nobody had used it.</summary>
    Ended = 3,

    /// <summary>It has the socket among its descriptors.</summary>
    Holds = 4,
}
