using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Enrichment.Docker;

/// <summary>
/// Takes a stream of JSON values apart. They may stand on lines, or right after each other, or after record separators
/// (RFC 7464); pieces of the stream may end anywhere.
/// </summary>
/// <param name="longest">The most bytes that a value may have.</param>
internal sealed class JsonValues(int longest)
{
    private const byte RecordSeparator = 0x1E;

    private byte[] _buffer = new byte[4096];
    private int _start; // of the value that is being read
    private int _scanned; // up to here it was read
    private int _end;
    private JsonReaderState _state;

    /// <summary>Adds the next piece of the stream. Values that were taken before are no longer valid.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        int rest = _end - _start;
        byte[] target = rest + piece.Length > _buffer.Length
            ? new byte[Math.Max(_buffer.Length * 2, rest + piece.Length)]
            : _buffer;
        _buffer.AsSpan(_start, rest).CopyTo(target);
        piece.CopyTo(target.AsSpan(rest));
        _buffer = target;
        _scanned -= _start;
        _start = 0;
        _end = rest + piece.Length;
    }

    /// <summary>Takes the next value out; false where it is not whole yet.</summary>
    /// <exception cref="WireFormatException">It is not JSON, or too long.</exception>
    public bool TryTake(out ReadOnlyMemory<byte> value)
    {
        while (_start == _scanned && _start < _end && IsBetweenValues(_buffer[_start]))
        {
            _start++;
            _scanned++;
        }

        Utf8JsonReader reader = new(_buffer.AsSpan(_scanned.._end), isFinalBlock: false, _state);
        bool isWhole = ReadToEnd(ref reader);
        _scanned += (int)reader.BytesConsumed;
        _state = isWhole ? default : reader.CurrentState;
        if ((isWhole ? _scanned : _end) - _start > longest)
        {
            throw new WireFormatException($"a JSON value of more than {longest} bytes");
        }

        value = isWhole ? _buffer.AsMemory(_start.._scanned) : default;
        _start = isWhole ? _scanned : _start;
        return isWhole;
    }

    private static bool ReadToEnd(ref Utf8JsonReader reader)
    {
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 0 &&
                    reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException failure)
        {
            throw new WireFormatException($"not JSON: {failure.Message}", failure);
        }
    }

    private static bool IsBetweenValues(byte letter) =>
        letter is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or RecordSeparator;
}
