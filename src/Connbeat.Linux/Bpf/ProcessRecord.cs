using System.Buffers.Binary;
using System.Text;

namespace Connbeat.Linux.Bpf;

/// <summary>
/// What happened to a process: <c>struct process_record</c> of records.h; of an exec also <c>struct exec_record</c> and what
/// stands behind it.
/// </summary>
internal sealed record ProcessRecord
{
    private const int Size = 72, ExecSize = 88;

    /// <summary>What happened.</summary>
    public required RecordKind Kind { get; init; }

    /// <summary>When, in nanoseconds on the boot clock.</summary>
    public required long At { get; init; }

    /// <summary>The process as it was then.</summary>
    public required SocketOwner Process { get; init; }

    /// <summary>Process id of its parent; 0 where that has none in the agent's pid namespace.</summary>
    public int ParentPid { get; init; }

    /// <summary>Of a fork, the process that it is a copy of.</summary>
    public int CopiedPid { get; init; }

    /// <summary>Of an exec, the program that runs now.</summary>
    public StartedProgram? Program { get; init; }

    /// <summary>Reads one record of the ring, whose kind is one of a process's.</summary>
    /// <exception cref="WireFormatException">It is none.</exception>
    public static ProcessRecord Parse(ReadOnlySpan<byte> record)
    {
        RecordKind kind = SocketRecord.ReadKind(record);
        if (kind is not (RecordKind.Exec or RecordKind.Fork or RecordKind.Exit))
        {
            throw new WireFormatException($"a record of kind {(byte)kind}; expected one of a process");
        }

        if (record.Length < (kind is RecordKind.Exec ? ExecSize : Size))
        {
            throw new WireFormatException($"a process record of kind {(byte)kind} of {record.Length} bytes");
        }

        return new ProcessRecord
        {
            Kind = kind,
            At = BinaryPrimitives.ReadInt64LittleEndian(record),
            ParentPid = BinaryPrimitives.ReadInt32LittleEndian(record[12..]),
            CopiedPid = BinaryPrimitives.ReadInt32LittleEndian(record[16..]),
            Process = SocketOwner.Read(record[24..]),
            Program = kind is RecordKind.Exec ? ParseProgram(record) : null,
        };
    }

    private static StartedProgram ParseProgram(ReadOnlySpan<byte> record)
    {
        const ushort PathIsCut = 1, GroupIsCut = 2;

        int path = BinaryPrimitives.ReadUInt16LittleEndian(record[72..]);
        int group = BinaryPrimitives.ReadUInt16LittleEndian(record[74..]);
        int arguments = BinaryPrimitives.ReadUInt16LittleEndian(record[76..]);
        ushort flags = BinaryPrimitives.ReadUInt16LittleEndian(record[78..]);
        ReadOnlySpan<byte> text = record[ExecSize..];
        if (path + group + arguments > text.Length)
        {
            throw new WireFormatException($"an exec with {path + group + arguments} bytes of text in {text.Length} left");
        }

        uint hierarchy = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        return new StartedProgram
        {
            Executable = (flags & PathIsCut) == 0 ? PathOf(text[..path]) : null,
            ControlGroup = (flags & GroupIsCut) == 0 ? PathOf(text.Slice(path, group)) : null,
            IsOfVersion1 = hierarchy != 0,
            Arguments = text.Slice(path + group, arguments).ToArray(),
            ArgumentsLength = BinaryPrimitives.ReadUInt32LittleEndian(record[80..]),
        };
    }

    /// <summary>Names stand from the last to the first, a NUL byte behind each.</summary>
    private static string PathOf(ReadOnlySpan<byte> names)
    {
        if (names.IsEmpty)
        {
            return "/";
        }

        StringBuilder path = new();
        for (names = names[^1] == 0 ? names[..^1] : names; ; names = names[..names.LastIndexOf((byte)0)])
        {
            int end = names.LastIndexOf((byte)0);
            path.Append('/').Append(Encoding.UTF8.GetString(names[(end + 1)..]));
            if (end < 0)
            {
                return path.ToString();
            }
        }
    }
}

/// <summary>A program as it was started. Never changes; copies of a process share it.</summary>
internal sealed record StartedProgram
{
    /// <summary>The path of the executable; null where it is too long to be told.</summary>
    public required string? Executable { get; init; }

    /// <summary>The control group, from <c>/</c>; null where it is too long to be told.</summary>
    public required string? ControlGroup { get; init; }

    /// <summary>True where that is of a hierarchy of version 1, because the process is at the root of version 2's.</summary>
    public bool IsOfVersion1 { get; init; }

    /// <summary>The arguments, a NUL byte behind each, or as many bytes of them as were told.</summary>
    public required byte[] Arguments { get; init; }

    /// <summary>How many bytes there are of them.</summary>
    public required uint ArgumentsLength { get; init; }
}
