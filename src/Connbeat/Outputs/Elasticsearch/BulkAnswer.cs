using System.Text.Json;
using Connbeat.Linux;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>
/// The body of an answer to <c>_bulk</c>: an item for each action, in their order; see
/// https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk.
/// </summary>
internal static class BulkAnswer
{
    /// <summary>What is asked for of it; the rest would be ten times as long.</summary>
    public const string FilterPath = "errors,items.*.status,items.*.error.type,items.*.error.reason";

    private const int BytesPerItem = 2 * 1024;

    /// <summary>The most bytes that an answer about so many events may have.</summary>
    public static int MostBytes(int events) => (64 * 1024) + (events * BytesPerItem);

    /// <summary>Reads it.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="events">How many events were sent.</param>
    /// <exception cref="WireFormatException">It is no such body, or not about so many events.</exception>
    public static BulkItem[] Parse(ReadOnlySpan<byte> body, int events)
    {
        try
        {
            return Read(body, events);
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            throw new WireFormatException("an answer to _bulk that is not JSON, or breaks off");
        }
    }

    private static BulkItem[] Read(ReadOnlySpan<byte> body, int events)
    {
        Utf8JsonReader json = new(body);
        Expect(ref json, JsonTokenType.StartObject);
        BulkItem[]? items = null;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isItems = json.ValueTextEquals("items"u8);
            json.Read();
            if (isItems)
            {
                items = items is null ? ReadItems(ref json, events) : throw Unexpected("has items twice");
            }
            else
            {
                json.Skip();
            }
        }

        return json.Read() ? throw Unexpected("goes on after its end") : items ?? throw Unexpected("has no items");
    }

    private static BulkItem[] ReadItems(ref Utf8JsonReader json, int events)
    {
        if (json.TokenType is not JsonTokenType.StartArray)
        {
            throw Unexpected("has items that are no array");
        }

        BulkItem[] items = new BulkItem[events];
        int count = 0;
        while (json.Read() && json.TokenType is JsonTokenType.StartObject)
        {
            if (count == events)
            {
                throw Unexpected($"has more items than the {events} events that it is about");
            }

            Expect(ref json, JsonTokenType.PropertyName);
            Expect(ref json, JsonTokenType.StartObject);
            items[count++] = ReadItem(ref json);
            Expect(ref json, JsonTokenType.EndObject);
        }

        return json.TokenType is JsonTokenType.EndArray && count == events
            ? items
            : throw Unexpected($"has {count} items for {events} events");
    }

    private static BulkItem ReadItem(ref Utf8JsonReader json)
    {
        int status = 0;
        ElasticError? error = null;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isStatus = json.ValueTextEquals("status"u8);
            bool isError = json.ValueTextEquals("error"u8);
            json.Read();
            if (isStatus && json.TokenType is JsonTokenType.Number && json.TryGetInt32(out int number))
            {
                status = number;
            }
            else if (isError)
            {
                error = ElasticError.Read(ref json);
            }
            else
            {
                json.Skip();
            }
        }

        return status is >= 100 and < 600 ? new BulkItem(status, error) : throw Unexpected("has an item without a status");
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
        {
            throw Unexpected($"has {json.TokenType} where {type} should be");
        }
    }

    private static WireFormatException Unexpected(string what) => new($"an answer to _bulk that {what}");
}
