using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Connbeat.Events;

/// <summary>How the JSON of events is written.</summary>
internal static class EventJson
{
    /// <summary>
    /// Escaped is what JSON demands and no more: events are read by programs and by people with grep, never put into a
    /// web page as they are. The writer's own checks are off: the encoders' form is fixed, and the tests check it.
    /// </summary>
    public static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>A value by itself, to be copied into many events.</summary>
    public static byte[] Encode(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> bytes = new(1024);
        using Utf8JsonWriter json = new(bytes, Options);
        write(json);
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Writes what <see cref="Encode"/> gave.</summary>
    public static void Raw(this Utf8JsonWriter json, JsonEncodedText name, ReadOnlySpan<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }
}
