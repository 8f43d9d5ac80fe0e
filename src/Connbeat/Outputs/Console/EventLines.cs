using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Console;

/// <summary>Events as bytes for a terminal or a pipe, gathered so that a batch is one write.</summary>
internal sealed class EventLines(bool pretty)
{
    private const byte LineFeed = (byte)'\n';

    /// <summary>As encoded: what needs no escape in JSON is left as people read it.</summary>
    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What was gathered; good until the next <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public void Clear() => _bytes.ResetWrittenCount();

    public void EndLine() => _bytes.Write([LineFeed]);

    public void Add(EncodedEvent @event)
    {
        if (pretty)
        {
            using JsonDocument document = JsonDocument.Parse(@event.Json);
            using Utf8JsonWriter writer = new(_bytes, Indented);
            document.WriteTo(writer);
        }
        else
        {
            _bytes.Write(@event.Json.Span);
        }

        EndLine();
    }
}
