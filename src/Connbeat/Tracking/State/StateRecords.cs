using System.Buffers;
using System.Buffers.Binary;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Tracking.State;

/// <summary>
/// The records of the state file: each is its kind, 1, and fields in little-endian order, within one of <see cref="StateFrames"/>.
/// The first is a header; then come records of processes and of control groups, which later ones name by their position (0
/// for the first of the kind), of openings, and of ends; at the very end, after a clean stop, a stop. Boot-clock times make
/// no sense under another boot id, and neither do the sockets.
/// </summary>
internal static class StateRecords
{
    private const byte Version = 2;
    private const int None = -1;
    private const int ProcessSize = 30;
    private const int OpenedSize = 97;

    /// <summary>What a record is; its first byte.</summary>
    internal enum Kind : byte
    {
        /// <summary>version 1, boot id 16, run 16.</summary>
        Header = 1,

        /// <summary>pid 4, start ticks 8, parent 4, uid 4 and whether 1, start in Unix ms 8, then texts.</summary>
        Process = 2,

        /// <summary>sequence 8, the connection.</summary>
        Opened = 3,

        /// <summary>sequence 8, namespace 4, cookie 8.</summary>
        Ended = 4,

        /// <summary>sequence 8.</summary>
        Stopped = 5,

        /// <summary>texts.</summary>
        Cgroup = 6,
    }

    /// <summary>Writes the header.</summary>
    public static void WriteHeader(IBufferWriter<byte> to, Guid boot, Guid run)
    {
        Span<byte> body = stackalloc byte[34];
        body[0] = (byte)Kind.Header;
        body[1] = Version;
        boot.TryWriteBytes(body[2..]);
        run.TryWriteBytes(body[18..]);
        StateFrames.Write(to, body);
    }

    /// <summary>Writes a process that the openings after it may name.</summary>
    public static void WriteProcess(IBufferWriter<byte> to, ProcessFacts process)
    {
        byte[] body = StateTexts.Body(
            ProcessSize, process.Name, process.Executable, process.CommandLine, process.User, process.Unit,
            process.Container?.Id, process.Container?.Runtime, process.Container?.PodUid);
        body[0] = (byte)Kind.Process;
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(1), process.Pid);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(5), process.StartTicks);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(13), process.ParentPid ?? -1);
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(17), process.Uid ?? 0);
        body[21] = process.Uid is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(
            body.AsSpan(22), process.Start?.ToUnixTimeMilliseconds() ?? long.MinValue);
        StateFrames.Write(to, body);
    }

    /// <summary>Writes what a control group says, which the openings after it may name.</summary>
    public static void WriteCgroup(IBufferWriter<byte> to, CgroupFacts cgroup)
    {
        byte[] body = StateTexts.Body(
            1, cgroup.Unit, cgroup.Container?.Id, cgroup.Container?.Runtime, cgroup.Container?.PodUid);
        body[0] = (byte)Kind.Cgroup;
        StateFrames.Write(to, body);
    }

    /// <summary>Writes that the opening of a connection was told.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="sequence">The sequence of the event.</param>
    /// <param name="process">The position of its owner; null where it has none.</param>
    /// <param name="cgroup">The position of what its control group says; null where it says nothing.</param>
    public static void WriteOpened(
        IBufferWriter<byte> to, Connection connection, long sequence, int? process, int? cgroup = null)
    {
        Span<byte> body = stackalloc byte[OpenedSize];
        body[0] = (byte)Kind.Opened;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(body[9..], connection.Key.Namespace);
        BinaryPrimitives.WriteUInt64LittleEndian(body[13..], connection.Key.Cookie);
        BinaryPrimitives.WriteUInt32LittleEndian(body[21..], connection.Life);
        body[25] = (byte)connection.Transport;
        body[26] = (byte)((connection.IsListener ? 1 : 0) | (connection.OnlyIPv6 ? 2 : 0) | (connection.StartWasSeen ? 4 : 0));
        body[27] = (byte)connection.Direction;
        body[28] = (byte)connection.Attribution;
        connection.Tuple.Local.WriteIPv6(body[29..]);
        BinaryPrimitives.WriteUInt16LittleEndian(body[45..], connection.Tuple.LocalPort);
        connection.Tuple.Remote.WriteIPv6(body[47..]);
        BinaryPrimitives.WriteUInt16LittleEndian(body[63..], connection.Tuple.RemotePort);
        BinaryPrimitives.WriteInt64LittleEndian(body[65..], connection.FirstSeen);
        BinaryPrimitives.WriteUInt32LittleEndian(body[73..], connection.Inode);
        BinaryPrimitives.WriteUInt32LittleEndian(body[77..], connection.Uid);
        BinaryPrimitives.WriteInt32LittleEndian(body[81..], process ?? None);
        BinaryPrimitives.WriteUInt64LittleEndian(body[85..], connection.CgroupId);
        BinaryPrimitives.WriteInt32LittleEndian(body[93..], cgroup ?? None);
        StateFrames.Write(to, body);
    }

    /// <summary>Writes that the end of a connection was told.</summary>
    public static void WriteEnded(IBufferWriter<byte> to, SocketKey key, long sequence)
    {
        Span<byte> body = stackalloc byte[21];
        body[0] = (byte)Kind.Ended;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(body[9..], key.Namespace);
        BinaryPrimitives.WriteUInt64LittleEndian(body[13..], key.Cookie);
        StateFrames.Write(to, body);
    }

    /// <summary>Writes that the run stopped as it was asked to, after this sequence.</summary>
    public static void WriteStopped(IBufferWriter<byte> to, long sequence)
    {
        Span<byte> body = stackalloc byte[9];
        body[0] = (byte)Kind.Stopped;
        BinaryPrimitives.WriteInt64LittleEndian(body[1..], sequence);
        StateFrames.Write(to, body);
    }

    /// <summary>Reads a header.</summary>
    /// <exception cref="WireFormatException">It is none, or of another version.</exception>
    public static (Guid Boot, Guid Run) ReadHeader(ReadOnlySpan<byte> body)
    {
        Expect(body, 34);
        return body[0] == (byte)Kind.Header && body[1] == Version
            ? (new Guid(body[2..18]), new Guid(body[18..34]))
            : throw new WireFormatException($"state record {body[0]}, version {body[1]}; expected {Kind.Header}, {Version}");
    }

    /// <summary>Reads the sequence that openings, ends and stops begin with.</summary>
    /// <exception cref="WireFormatException">The record is too short.</exception>
    public static long ReadSequence(ReadOnlySpan<byte> body)
    {
        Expect(body, 9);
        return BinaryPrimitives.ReadInt64LittleEndian(body[1..]);
    }

    /// <summary>Reads the socket of an opening or an end.</summary>
    /// <exception cref="WireFormatException">The record is too short.</exception>
    public static SocketKey ReadKey(ReadOnlySpan<byte> body)
    {
        Expect(body, 21);
        return new SocketKey(
            BinaryPrimitives.ReadUInt32LittleEndian(body[9..]), BinaryPrimitives.ReadUInt64LittleEndian(body[13..]));
    }

    /// <summary>Reads a process.</summary>
    /// <exception cref="WireFormatException">The record is not whole.</exception>
    public static ProcessFacts ReadProcess(ReadOnlySpan<byte> body)
    {
        Expect(body, ProcessSize);
        long start = BinaryPrimitives.ReadInt64LittleEndian(body[22..]);
        int parent = BinaryPrimitives.ReadInt32LittleEndian(body[13..]);
        ReadOnlySpan<byte> texts = body[ProcessSize..];
        return new ProcessFacts
        {
            Pid = BinaryPrimitives.ReadInt32LittleEndian(body[1..]),
            StartTicks = BinaryPrimitives.ReadUInt64LittleEndian(body[5..]),
            ParentPid = parent < 0 ? null : parent,
            Uid = body[21] == 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(body[17..]),
            Start = ReadTime(start),
            Name = StateTexts.Take(ref texts) ?? "",
            Executable = StateTexts.Take(ref texts),
            CommandLine = StateTexts.Take(ref texts) ?? "",
            User = StateTexts.Take(ref texts),
            Unit = StateTexts.Take(ref texts),
            Container = TakeContainer(ref texts),
        };
    }

    /// <summary>Reads what a control group says.</summary>
    /// <exception cref="WireFormatException">The record is not whole.</exception>
    public static CgroupFacts ReadCgroup(ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> texts = body[1..];
        return new CgroupFacts(StateTexts.Take(ref texts), TakeContainer(ref texts));
    }

    /// <summary>
    /// Reads a connection whose opening was told, with its owner out of <paramref name="processes"/> and what its control
    /// group says out of <paramref name="cgroups"/>.
    /// </summary>
    /// <exception cref="WireFormatException">The record is not whole, or names what is not there.</exception>
    public static Connection ReadOpened(
        ReadOnlySpan<byte> body, IReadOnlyList<ProcessFacts> processes, IReadOnlyList<CgroupFacts> cgroups)
    {
        Expect(body, OpenedSize);
        Connection connection = new()
        {
            Key = ReadKey(body),
            Life = BinaryPrimitives.ReadUInt32LittleEndian(body[21..]),
            Transport = (Transport)body[25],
            IsListener = (body[26] & 1) != 0,
            OnlyIPv6 = (body[26] & 2) != 0,
            StartWasSeen = (body[26] & 4) != 0,
            Direction = (Direction)body[27],
            Attribution = (Attribution)body[28],
            Tuple = new InetTuple(
                InetAddress.FromIPv6(body[29..]), BinaryPrimitives.ReadUInt16LittleEndian(body[45..]),
                InetAddress.FromIPv6(body[47..]), BinaryPrimitives.ReadUInt16LittleEndian(body[63..])),
            FirstSeen = BinaryPrimitives.ReadInt64LittleEndian(body[65..]),
            Owner = At(processes, BinaryPrimitives.ReadInt32LittleEndian(body[81..])),
            Cgroup = At(cgroups, BinaryPrimitives.ReadInt32LittleEndian(body[93..])),
            Phase = ConnectionPhase.Told,
            IsRestored = true,
        };
        connection.RestoreHolder(
            BinaryPrimitives.ReadUInt32LittleEndian(body[73..]), BinaryPrimitives.ReadUInt32LittleEndian(body[77..]));
        connection.RestoreCgroup(BinaryPrimitives.ReadUInt64LittleEndian(body[85..]));
        return Enum.IsDefined(connection.Transport) && Enum.IsDefined(connection.Direction) &&
            Enum.IsDefined(connection.Attribution)
            ? connection
            : throw new WireFormatException("state record with an unknown transport, direction or attribution");
    }

    private static DateTimeOffset? ReadTime(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() &&
        milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;

    private static ContainerFacts? TakeContainer(ref ReadOnlySpan<byte> texts)
    {
        ContainerFacts container = new()
        {
            Id = StateTexts.Take(ref texts),
            Runtime = StateTexts.Take(ref texts),
            PodUid = StateTexts.Take(ref texts),
        };
        return container is { Id: null, Runtime: null, PodUid: null } ? null : container;
    }

    private static T? At<T>(IReadOnlyList<T> known, int position)
        where T : class
    {
        if (position < None || position >= known.Count)
        {
            throw new WireFormatException($"state record of {typeof(T).Name} {position}; {known.Count} are known");
        }

        return position is None ? null : known[position];
    }

    private static void Expect(ReadOnlySpan<byte> body, int size)
    {
        if (body.Length < size)
        {
            throw new WireFormatException($"state record of {body.Length} bytes; expected {size} or more");
        }
    }
}
