using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Events;

/// <summary>Writes a field where its value is known, and nothing where it is not.</summary>
internal static class KnownFields
{
    private const int LongestAddress = 45;

    /// <summary>A string; whatever is not valid Unicode in it becomes U+FFFD.</summary>
    public static void Text(this Utf8JsonWriter json, JsonEncodedText name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>An array of strings.</summary>
    public static void Texts(this Utf8JsonWriter json, JsonEncodedText name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (int i = 0; i < values.Count; i++)
        {
            json.WriteStringValue(values[i]);
        }

        json.WriteEndArray();
    }

    /// <summary>A whole number.</summary>
    public static void Number(this Utf8JsonWriter json, JsonEncodedText name, long? value)
    {
        if (value is not null)
        {
            json.WriteNumber(name, value.Value);
        }
    }

    /// <summary>A boolean.</summary>
    public static void Boolean(this Utf8JsonWriter json, JsonEncodedText name, bool? value)
    {
        if (value is not null)
        {
            json.WriteBoolean(name, value.Value);
        }
    }

    /// <summary>A time in UTC, cut to milliseconds: <c>2006-01-02T15:04:05.000Z</c>.</summary>
    public static void Time(this Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset? value)
    {
        if (value is not null)
        {
            json.Time(name, value.Value);
        }
    }

    /// <inheritdoc cref="Time(Utf8JsonWriter, JsonEncodedText, DateTimeOffset?)"/>
    public static void Time(this Utf8JsonWriter json, JsonEncodedText name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[JsonTime.Length];
        JsonTime.Format(value, text);
        json.WriteString(name, text);
    }

    /// <summary>An address as text; a mapped one is dotted.</summary>
    public static void Address(this Utf8JsonWriter json, JsonEncodedText name, InetAddress value)
    {
        Span<byte> text = stackalloc byte[LongestAddress];
        json.WriteString(name, text[..value.FormatUtf8(text)]);
    }

    /// <summary>The id of an event.</summary>
    public static void Id(this Utf8JsonWriter json, JsonEncodedText name, EventId value)
    {
        Span<byte> text = stackalloc byte[EventId.Length];
        value.FormatUtf8(text);
        json.WriteString(name, text);
    }
}
