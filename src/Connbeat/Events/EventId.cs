using System.Buffers.Binary;

namespace Connbeat.Events;

/// <summary>The id of an event: 128 bits, written as 32 hexadecimal digits. <see cref="EventIds"/> makes it.</summary>
internal readonly record struct EventId(UInt128 Value)
{
    /// <summary>How many digits an id has.</summary>
    public const int Length = 32;

    /// <summary>Writes the <see cref="Length"/> digits, in ASCII.</summary>
    public void FormatUtf8(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Length / 2];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        Convert.TryToHexStringLower(bytes, destination, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("x32", null);
}
