using System.Buffers;
using System.Text.Json;

namespace Connbeat.Delivery.Routing;

/// <summary>
/// A field of encoded events by its name, as in <c>event.id</c>: its parts lead through objects, whose keys may have dots
/// themselves, as labels have.
/// </summary>
internal static class EventField
{
    /// <summary>Moves a reader to the value; false where there is none, or no JSON.</summary>
    /// <param name="json">The event.</param>
    /// <param name="name">The name in UTF-8.</param>
    /// <param name="value">A reader that stands at the value.</param>
    public static bool TryFind(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out Utf8JsonReader value)
    {
        value = new Utf8JsonReader(json);
        try
        {
            return value.Read() && value.TokenType is JsonTokenType.StartObject && TryFind(ref value, name);
        }
        catch (Exception fault) when (IsOfText(fault))
        {
            return false;
        }
    }

    /// <summary>Appends a value as text; false where it is null, a list or an object, or no text.</summary>
    public static bool TryAppend(ref Utf8JsonReader value, IBufferWriter<char> destination)
    {
        Span<char> text = destination.GetSpan(Math.Max(value.ValueSpan.Length, 1));
        switch (value.TokenType)
        {
            case JsonTokenType.String:
                try
                {
                    destination.Advance(value.CopyString(text));
                    return true;
                }
                catch (Exception fault) when (IsOfText(fault))
                {
                    return false;
                }

            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                for (int i = 0; i < value.ValueSpan.Length; i++)
                {
                    text[i] = (char)value.ValueSpan[i];
                }

                destination.Advance(value.ValueSpan.Length);
                return true;

            default:
                return false;
        }
    }

    /// <summary>What the BCL throws at text that is none: InvalidOperationException for what is no UTF-8, or half a pair.</summary>
    public static bool IsOfText(Exception fault) => fault is JsonException or InvalidOperationException;

    private static bool TryFind(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            int length = Matches(ref reader, name);
            reader.Read();
            if (length == name.Length)
            {
                return true;
            }

            if (length < 0 || reader.TokenType is not JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            else if (TryFind(ref reader, name[(length + 1)..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>How much of the name the key is: all of it, or whole parts; -1 where it is another.</returns>
    private static int Matches(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        const int Other = -1;

        if (reader.ValueIsEscaped)
        {
            return reader.ValueTextEquals(name) ? name.Length : Other;
        }

        ReadOnlySpan<byte> key = reader.ValueSpan;
        return name.StartsWith(key) && (name.Length == key.Length || name[key.Length] == (byte)'.') ? key.Length : Other;
    }
}
