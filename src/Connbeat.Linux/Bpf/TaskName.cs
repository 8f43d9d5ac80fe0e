using System.Buffers.Binary;
using System.Text;

namespace Connbeat.Linux.Bpf;

/// <summary>The kernel's comm of a process, at most 15 bytes, without a heap object; linux/sched.h.</summary>
internal readonly record struct TaskName(UInt128 Bytes)
{
    /// <summary>Bytes of it, the NUL byte at its end included.</summary>
    public const int Size = 16;

    /// <summary>Reads the <see cref="Size"/> bytes.</summary>
    public static TaskName Read(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt128LittleEndian(bytes));

    /// <summary>The name that a text is.</summary>
    public static TaskName Of(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Encoding.UTF8.GetEncoder().Convert(text, bytes[..^1], flush: false, out _, out _, out _);
        return Read(bytes);
    }

    /// <summary>The text; bytes that are not UTF-8 are replaced.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, Bytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
