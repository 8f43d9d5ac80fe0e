using System.Buffers;
using System.Buffers.Binary;

namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// Messages of VICI as bytes; github.com/strongswan/strongswan/blob/master/src/libcharon/plugins/vici/README.md.
/// <code>
/// section  1  name                 end of section  2
/// value    3  name  u16 value      list  4  name   item of it  5  u16 value    end of list  6
/// name     u8 length, bytes        u16 value  length as big-endian u16, bytes
/// </code>
/// </summary>
internal static class ViciMessage
{
    /// <summary>The longest that the protocol has, with what stands before the message in its packet.</summary>
    public const int Longest = 512 * 1024;

    /// <summary>How deep sections may stand in each other. The daemon needs five.</summary>
    public const int Deepest = 32;

    private const byte SectionStart = 1, SectionEnd = 2, KeyValue = 3, ListStart = 4, ListItem = 5, ListEnd = 6;

    /// <summary>Reads one. What it returns refers to <paramref name="message"/>.</summary>
    /// <exception cref="WireFormatException">It is not one.</exception>
    public static ViciSection Parse(ReadOnlyMemory<byte> message)
    {
        if (message.Length > Longest)
        {
            throw new WireFormatException($"a message of {message.Length} bytes; at most {Longest} are sent");
        }

        int at = 0;
        ViciSection read = ReadSection(message, ref at, depth: 0);
        return at == message.Length
            ? read
            : throw new WireFormatException($"byte {at - 1} ends a section that has not begun");
    }

    /// <summary>Writes one.</summary>
    /// <exception cref="ArgumentException">A name is longer than 255 bytes, or a value than 65535.</exception>
    public static void Write(IBufferWriter<byte> to, ViciSection section)
    {
        foreach (ViciItem item in section.Items)
        {
            if (item.Section is { } inner)
            {
                WriteName(to, SectionStart, item.Name.Span);
                Write(to, inner);
                to.Write([SectionEnd]);
            }
            else if (item.List is { } list)
            {
                WriteName(to, ListStart, item.Name.Span);
                foreach (ReadOnlyMemory<byte> value in list)
                {
                    to.Write([ListItem]);
                    WriteValue(to, value.Span);
                }

                to.Write([ListEnd]);
            }
            else
            {
                WriteName(to, KeyValue, item.Name.Span);
                WriteValue(to, item.Value);
            }
        }
    }

    private static ViciSection ReadSection(ReadOnlyMemory<byte> message, ref int at, int depth)
    {
        if (depth > Deepest)
        {
            throw new WireFormatException($"sections stand in each other more than {Deepest} deep at byte {at}");
        }

        List<ViciItem>? items = null;
        while (at < message.Length)
        {
            byte element = message.Span[at++];
            if (element == SectionEnd)
            {
                if (depth == 0)
                {
                    throw new WireFormatException($"byte {at - 1} ends a section that has not begun");
                }

                return items is null ? ViciSection.Empty : new ViciSection(items);
            }

            items ??= [];
            ReadOnlyMemory<byte> name = element is SectionStart or KeyValue or ListStart
                ? ReadBytes(message, ref at, lengthBytes: 1)
                : throw new WireFormatException($"element {element} at byte {at - 1}; expected a section, a value or a list");
            items.Add(element switch
            {
                SectionStart => ViciItem.OfSection(name, ReadSection(message, ref at, depth + 1)),
                KeyValue => ViciItem.OfValue(name, ReadBytes(message, ref at, lengthBytes: 2)),
                _ => ViciItem.OfList(name, ReadList(message, ref at)),
            });
        }

        return depth > 0 ? throw new WireFormatException("the message ends within a section")
            : items is null ? ViciSection.Empty : new ViciSection(items);
    }

    private static List<ReadOnlyMemory<byte>> ReadList(ReadOnlyMemory<byte> message, ref int at)
    {
        List<ReadOnlyMemory<byte>> values = [];
        while (at < message.Length)
        {
            byte element = message.Span[at++];
            switch (element)
            {
                case ListEnd:
                    return values;
                case ListItem:
                    values.Add(ReadBytes(message, ref at, lengthBytes: 2));
                    break;
                default:
                    throw new WireFormatException($"element {element} at byte {at - 1}; expected an item of a list, or its end");
            }
        }

        throw new WireFormatException("the message ends within a list");
    }

    private static ReadOnlyMemory<byte> ReadBytes(ReadOnlyMemory<byte> message, ref int at, int lengthBytes)
    {
        ReadOnlySpan<byte> rest = message.Span[at..];
        if (rest.Length < lengthBytes)
        {
            throw new WireFormatException($"the message ends within a length at byte {at}");
        }

        int length = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (length > rest.Length - lengthBytes)
        {
            throw new WireFormatException($"{length} bytes announced at byte {at}, with {rest.Length - lengthBytes} left");
        }

        ReadOnlyMemory<byte> read = message.Slice(at + lengthBytes, length);
        at += lengthBytes + length;
        return read;
    }

    private static void WriteName(IBufferWriter<byte> to, byte element, ReadOnlySpan<byte> name)
    {
        if (name.Length > byte.MaxValue)
        {
            throw new ArgumentException($"a name of {name.Length} bytes; at most 255 can be written");
        }

        to.Write([element, (byte)name.Length]);
        to.Write(name);
    }

    private static void WriteValue(IBufferWriter<byte> to, ReadOnlySpan<byte> value)
    {
        if (value.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"a value of {value.Length} bytes; at most 65535 can be written");
        }

        Span<byte> length = to.GetSpan(2);
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)value.Length);
        to.Advance(2);
        to.Write(value);
    }
}
