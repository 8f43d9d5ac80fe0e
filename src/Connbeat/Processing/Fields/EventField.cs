using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Connbeat.Conditions;
using Connbeat.Events;
using Connbeat.Linux;

namespace Connbeat.Processing.Fields;

/// <summary>A field of events, by its name in a published schema, as a condition reads it: without encoding the event.</summary>
internal abstract class EventField
{
    /// <summary>Reads a part of a text; default where the event does not have the field.</summary>
    public delegate ReadOnlySpan<char> PartReader(ConnectionEvent happened);

    /// <summary>Writes a short text in ASCII and returns its length; 0 where the event does not have the field.</summary>
    public delegate int TextFormatter(ConnectionEvent happened, Span<byte> destination);

    /// <summary>True where the event has the field, and its value, or one of several, passes.</summary>
    public abstract bool Passes(ConnectionEvent happened, ValueTest test);

    /// <summary>A text.</summary>
    public static EventField Text(Func<ConnectionEvent, string?> read) => new TextField(read);

    /// <summary>A text that is a part of another.</summary>
    public static EventField Part(PartReader read) => new PartField(read);

    /// <summary>A text of at most <see cref="ShortTextField.Longest"/> bytes that is made when it is asked for.</summary>
    public static EventField ShortText(TextFormatter format) => new ShortTextField(format);

    /// <summary>A time.</summary>
    public static EventField Time(Func<ConnectionEvent, DateTimeOffset?> read) => new ShortTextField((happened, text) =>
    {
        if (read(happened) is not { } time)
        {
            return 0;
        }

        JsonTime.Format(time, text);
        return JsonTime.Length;
    });

    /// <summary>Several texts.</summary>
    public static EventField Texts(Func<ConnectionEvent, IReadOnlyList<string>?> read) => new TextsField(read);

    /// <summary>A whole number.</summary>
    public static EventField Number(Func<ConnectionEvent, long?> read) => new NumberField(read);

    /// <summary>A boolean.</summary>
    public static EventField Boolean(Func<ConnectionEvent, bool?> read) => new BooleanField(read);

    /// <summary>An address.</summary>
    public static EventField Address(Func<ConnectionEvent, InetAddress?> read) => new AddressField(read);

    /// <summary>Several addresses.</summary>
    public static EventField Addresses(Func<ConnectionEvent, LocalAddresses?> read) => new AddressesField(read);

    /// <summary>One that has the values of two.</summary>
    public static EventField Either(EventField one, EventField other) => new EitherField(one, other);

    private sealed class TextField(Func<ConnectionEvent, string?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test) =>
            read(happened) is { } text && test.Passes(text);
    }

    private sealed class PartField(PartReader read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test)
        {
            ReadOnlySpan<char> part = read(happened);
            return !IsAbsent(part) && test.Passes(part);
        }
    }

    /// <summary>An empty text points to somewhere, default does not.</summary>
    private static bool IsAbsent(ReadOnlySpan<char> part) => Unsafe.IsNullRef(ref MemoryMarshal.GetReference(part));

    private sealed class ShortTextField(TextFormatter format) : EventField
    {
        public const int Longest = 64;

        public override bool Passes(ConnectionEvent happened, ValueTest test)
        {
            Span<byte> text = stackalloc byte[Longest];
            int length = format(happened, text);
            return length > 0 && test.PassesAscii(text[..length]);
        }
    }

    private sealed class TextsField(Func<ConnectionEvent, IReadOnlyList<string>?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test)
        {
            IReadOnlyList<string>? texts = read(happened);
            for (int i = 0; i < texts?.Count; i++)
            {
                if (test.Passes(texts[i]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class NumberField(Func<ConnectionEvent, long?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test) =>
            read(happened) is { } number && test.Passes(number);
    }

    private sealed class BooleanField(Func<ConnectionEvent, bool?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test) =>
            read(happened) is { } boolean && test.Passes(boolean);
    }

    private sealed class AddressField(Func<ConnectionEvent, InetAddress?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test) =>
            read(happened) is { } address && test.Passes(address);
    }

    private sealed class AddressesField(Func<ConnectionEvent, LocalAddresses?> read) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test)
        {
            LocalAddresses? addresses = read(happened);
            for (int i = 0; i < addresses?.Count; i++)
            {
                if (test.Passes(addresses[i]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed class EitherField(EventField one, EventField other) : EventField
    {
        public override bool Passes(ConnectionEvent happened, ValueTest test) =>
            one.Passes(happened, test) || other.Passes(happened, test);
    }
}
