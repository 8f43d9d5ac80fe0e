using System.Buffers;
using System.Text;
using System.Text.Json;
using Connbeat.Config;

namespace Connbeat.Delivery.Routing;

/// <summary>
/// A <see cref="FormatString"/> at work. Where it is literal, or has only a date, no event is looked into. One thread
/// uses it.
/// </summary>
internal sealed class EventText
{
    /// <summary>How many texts are kept, so that events that share one share the string.</summary>
    private const int MostKept = 1024;

    private readonly Part[] _parts;
    private readonly string? _literal;
    private readonly ArrayBufferWriter<char> _text = new();
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _keptBySpan;

    /// <summary>Makes a format ready.</summary>
    public EventText(FormatString format)
    {
        _parts = [.. format.Parts.Select(part => new Part(part, part is FormatPart.Field field ? Encoding.UTF8.GetBytes(field.Name) : []))];
        _literal = format.IsLiteral ? string.Concat(format.Parts.OfType<FormatPart.Literal>().Select(part => part.Text)) : null;
        _keptBySpan = _kept.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The text for an event; null where the event lacks a field that has no default.</summary>
    /// <param name="event">The event.</param>
    /// <param name="missing">The name of that field; null where there is none.</param>
    public string? Of(EncodedEvent @event, out string? missing)
    {
        missing = null;
        if (_literal is not null)
        {
            return _literal;
        }

        _text.ResetWrittenCount();
        foreach (Part part in _parts)
        {
            if (!TryAppend(part, @event))
            {
                missing = ((FormatPart.Field)part.Format).Name;
                return null;
            }
        }

        return Kept();
    }

    private bool TryAppend(in Part part, EncodedEvent @event)
    {
        switch (part.Format)
        {
            case FormatPart.Literal literal:
                _text.Write(literal.Text);
                return true;

            case FormatPart.Time time:
                time.Pattern.Append(@event.Timestamp, _text);
                return true;

            default:
                if (EventField.TryFind(@event.Json.Span, part.Name, out Utf8JsonReader value) &&
                    EventField.TryAppend(ref value, _text))
                {
                    return true;
                }

                string? @default = ((FormatPart.Field)part.Format).Default;
                _text.Write(@default);
                return @default is not null;
        }
    }

    private string Kept()
    {
        if (_keptBySpan.TryGetValue(_text.WrittenSpan, out string? kept))
        {
            return kept;
        }

        if (_kept.Count == MostKept)
        {
            _kept.Clear();
        }

        string text = _text.WrittenSpan.ToString();
        _kept.Add(text);
        return text;
    }

    /// <summary>A part, and the name of its field in UTF-8.</summary>
    private readonly record struct Part(FormatPart Format, byte[] Name);
}
