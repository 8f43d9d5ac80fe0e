using System.IO.Compression;
using Connbeat.Config;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Http;

/// <summary>Events as the body of a request. Its memory is used again for each.</summary>
internal sealed class HttpBody(HttpFormat format, int compressionLevel) : IDisposable
{
    private readonly MemoryStream _bytes = new();

    /// <summary>What kind of text it is.</summary>
    public static string ContentType(HttpFormat format) =>
        format is HttpFormat.Ndjson ? "application/x-ndjson" : "application/json; charset=UTF-8";

    /// <summary>The body for <paramref name="count"/> events from <paramref name="first"/> on; good until the next.</summary>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<EncodedEvent> batch, int first, int count)
    {
        _bytes.SetLength(0);
        if (compressionLevel == 0)
        {
            WriteTo(_bytes, batch, first, count);
        }
        else
        {
            ZLibCompressionOptions options = new() { CompressionLevel = compressionLevel };
            using GZipStream gzip = new(_bytes, options, leaveOpen: true);
            WriteTo(gzip, batch, first, count);
        }

        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private void WriteTo(Stream to, IReadOnlyList<EncodedEvent> batch, int first, int count)
    {
        bool isArray = format is HttpFormat.Json;
        for (int position = first; position < first + count; position++)
        {
            if (isArray)
            {
                to.WriteByte(position == first ? (byte)'[' : (byte)',');
            }

            to.Write(batch[position].Json.Span);
            if (!isArray)
            {
                to.WriteByte((byte)'\n');
            }
        }

        if (isArray)
        {
            to.WriteByte((byte)']');
        }
    }
}
