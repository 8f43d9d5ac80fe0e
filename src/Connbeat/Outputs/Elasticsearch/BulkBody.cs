using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Connbeat.Delivery;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// Events as the body of <c>_bulk</c>: before each a line that says where it goes and under which id, a line feed after
/// each. Its memory is used again.
/// </summary>
/// <remarks>
/// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk:
/// <c>{"create":{"_index":"INDEX","_id":"ID"}}\n{EVENT}\n</c>. What has been stored under an id is refused by
/// <c>create</c>, so that nothing is stored twice that is sent twice.
/// </remarks>
/// <param name="compressionLevel">How hard gzip tries, 1 to 9; 0: not at all.</param>
internal sealed class BulkBody(int compressionLevel) : IDisposable
{
    /// <summary>Index and pipeline change once a day, or with a few rules.</summary>
    private const int MostHeads = 64;

    private readonly MemoryStream _bytes = new();
    private readonly Dictionary<BulkTarget, byte[]> _heads = [];

    /// <summary>The body for some events; good until the next.</summary>
    public ReadOnlyMemory<byte> Write(IReadOnlyList<BulkEntry> entries)
    {
        _bytes.SetLength(0);
        if (compressionLevel == 0)
        {
            WriteTo(_bytes, entries);
        }
        else
        {
            ZLibCompressionOptions options = new() { CompressionLevel = compressionLevel };
            using GZipStream gzip = new(_bytes, options, leaveOpen: true);
            WriteTo(gzip, entries);
        }

        return _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    private void WriteTo(Stream to, IReadOnlyList<BulkEntry> entries)
    {
        Span<byte> id = stackalloc byte[32];
        foreach (BulkEntry entry in entries)
        {
            to.Write(Head(entry.Target));
            entry.Event.Id.TryFormat(id, out _, "x32");
            to.Write(id);
            to.Write("\"}}\n"u8);
            to.Write(entry.Event.Json.Span);
            to.WriteByte((byte)'\n');
        }
    }

    /// <summary>The line up to the id.</summary>
    private byte[] Head(BulkTarget target)
    {
        if (_heads.TryGetValue(target, out byte[]? head))
        {
            return head;
        }

        if (_heads.Count == MostHeads)
        {
            _heads.Clear();
        }

        string pipeline = target.Pipeline is { Length: > 0 } name ? $"\"pipeline\":\"{JsonEncodedText.Encode(name)}\"," : "";
        head = Encoding.UTF8.GetBytes(
            $"{{\"create\":{{\"_index\":\"{JsonEncodedText.Encode(target.Index)}\",{pipeline}\"_id\":\"");
        return _heads[target] = head;
    }
}

/// <summary>An event on its way.</summary>
/// <param name="Position">Where it stands in the batch.</param>
/// <param name="Event">The event.</param>
/// <param name="Target">Where it goes.</param>
internal readonly record struct BulkEntry(int Position, EncodedEvent Event, BulkTarget Target);

/// <summary>Where an event goes.</summary>
/// <param name="Index">The index, or the data stream.</param>
/// <param name="Pipeline">What the event goes through before; empty: what the index has.</param>
internal readonly record struct BulkTarget(string Index, string Pipeline = "");
