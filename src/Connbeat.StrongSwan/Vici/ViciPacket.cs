using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Connbeat.StrongSwan.Vici;

/// <summary>
/// A packet of VICI without its length: <c>type u8</c>, for four of the types <c>length u8, name</c>, for three a message.
/// </summary>
/// <param name="Type">What it is about.</param>
/// <param name="Name">Of the command or event; empty where the type has none.</param>
/// <param name="Message">What goes with it.</param>
internal readonly record struct ViciPacket(ViciPacketType Type, string Name, ViciSection Message)
{
    /// <summary>Reads one. What it returns refers to <paramref name="packet"/>.</summary>
    /// <exception cref="WireFormatException">It is not one.</exception>
    public static ViciPacket Parse(ReadOnlyMemory<byte> packet)
    {
        ReadOnlySpan<byte> bytes = packet.Span;
        if (bytes.IsEmpty || bytes[0] > (byte)ViciPacketType.Event)
        {
            throw new WireFormatException(
                bytes.IsEmpty ? "an empty packet" : $"a packet of type {bytes[0]}; expected 0 to {(byte)ViciPacketType.Event}");
        }

        ViciPacketType type = (ViciPacketType)bytes[0];
        int at = 1;
        string name = "";
        if (HasName(type))
        {
            if (bytes.Length < 2 || bytes[1] > bytes.Length - 2)
            {
                throw new WireFormatException($"a packet of {bytes.Length} bytes ends within its name");
            }

            at = 2 + bytes[1];
            name = Encoding.UTF8.GetString(bytes[2..at]);
        }

        return new ViciPacket(type, name, ViciMessage.Parse(packet[at..]));
    }

    /// <summary>Writes it with its length before it, as it goes over the wire.</summary>
    /// <exception cref="ArgumentException">It is longer than the protocol allows.</exception>
    public byte[] Encode()
    {
        ArrayBufferWriter<byte> to = new(256);
        to.Advance(sizeof(uint));
        to.Write([(byte)Type]);
        if (HasName(Type))
        {
            byte[] name = Encoding.UTF8.GetBytes(Name);
            if (name.Length > byte.MaxValue)
            {
                throw new ArgumentException($"a name of {name.Length} bytes; at most 255 can be written");
            }

            to.Write([(byte)name.Length]);
            to.Write(name);
        }

        ViciMessage.Write(to, Message);
        byte[] packet = to.WrittenSpan.ToArray();
        if (packet.Length - sizeof(uint) > ViciMessage.Longest)
        {
            throw new ArgumentException($"a packet of {packet.Length} bytes; at most {ViciMessage.Longest} can be sent");
        }

        BinaryPrimitives.WriteUInt32BigEndian(packet, (uint)(packet.Length - sizeof(uint)));
        return packet;
    }

    private static bool HasName(ViciPacketType type) => type
        is ViciPacketType.CommandRequest or ViciPacketType.EventRegister or ViciPacketType.EventUnregister or ViciPacketType.Event;
}

/// <summary>What a packet of VICI is about; the first byte behind its length.</summary>
internal enum ViciPacketType : byte
{
    /// <summary>A command, by name.</summary>
    CommandRequest = 0, // CMD_REQUEST

    /// <summary>The answer to it.</summary>
    CommandResponse = 1, // CMD_RESPONSE

    /// <summary>There is no such command.</summary>
    CommandUnknown = 2, // CMD_UNKNOWN

    /// <summary>Asks for an event, by name.</summary>
    EventRegister = 3, // EVENT_REGISTER

    /// <summary>Wants the event no more.</summary>
    EventUnregister = 4, // EVENT_UNREGISTER

    /// <summary>That was done.</summary>
    EventConfirm = 5, // EVENT_CONFIRM

    /// <summary>There is no such event.</summary>
    EventUnknown = 6, // EVENT_UNKNOWN

    /// <summary>An event, by name.</summary>
    Event = 7, // EVENT
}
