using System.Text.Json;

namespace Connbeat.Outputs.Elasticsearch;

/// <summary>What Elasticsearch has against something: a name of the kind, and words.</summary>
/// <param name="Type">Such as <c>document_parsing_exception</c>; empty where it gives none.</param>
/// <param name="Reason">
/// Words, as far as their first quotation mark: between such marks it repeats values of events, and those are not for logs.
/// </param>
internal sealed record ElasticError(string Type, string Reason)
{
    private const int LongestReason = 500;

    private static readonly char[] QuotationMarks = ['"', '\'', '`', '‘', '“'];

    /// <inheritdoc/>
    public override string ToString() => (Type, Reason) switch
    {
        ("", _) => Reason,
        (_, "") => Type,
        _ => $"{Type}: {Reason}",
    };

    /// <summary>Reads the body of an answer that is an error; null where it is none.</summary>
    public static ElasticError? Read(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader json = new(body);
        try
        {
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                bool isError = json.ValueTextEquals("error"u8);
                json.Read();
                if (isError)
                {
                    return Read(ref json);
                }

                json.Skip();
            }
        }
        catch (Exception damaged) when (damaged is JsonException or InvalidOperationException)
        {
            // It may be a page of a proxy, or end in the middle.
        }

        return null;
    }

    /// <summary>Reads the value of <c>error</c>: an object, or words alone.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A text in it is not UTF-8.</exception>
    public static ElasticError Read(ref Utf8JsonReader json)
    {
        if (json.TokenType is JsonTokenType.String)
        {
            return new ElasticError("", Cut(json.GetString()!));
        }

        string type = "", reason = "";
        if (json.TokenType is not JsonTokenType.StartObject)
        {
            json.Skip();
            return new ElasticError(type, reason);
        }

        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            bool isType = json.ValueTextEquals("type"u8);
            bool isReason = json.ValueTextEquals("reason"u8);
            json.Read();
            if ((isType || isReason) && json.TokenType is JsonTokenType.String)
            {
                (type, reason) = isType ? (Cut(json.GetString()!), reason) : (type, Cut(json.GetString()!));
            }
            else
            {
                json.Skip();
            }
        }

        return new ElasticError(type, reason);
    }

    private static string Cut(string text)
    {
        int quoted = text.IndexOfAny(QuotationMarks);
        int end = Math.Min(quoted < 0 ? text.Length : quoted, LongestReason);
        return text[..end].TrimEnd(' ', ':', '.', ',', '=');
    }
}
