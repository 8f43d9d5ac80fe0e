using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds JSON web tokens: two to five parts in base64url with dots between, the first an object of JSON; RFC 7519. One
/// search goes through a text from its start; it remembers what was in vain, so that no character is read again and again.
/// </summary>
internal ref struct WebToken()
{
    /// <summary>How <c>{"</c> begins in base64url.</summary>
    public const string Prefix = "eyJ";

    private const int ShortestPart = 8;
    private const int MostParts = 5;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    private int _vainUntil;

    /// <summary>The end of the token that begins at a place, or the place itself.</summary>
    public int End(ReadOnlySpan<char> text, int at, SecretSpans found)
    {
        if (at < _vainUntil || !text[at..].StartsWith(Prefix))
        {
            return at;
        }

        int end = EndOfPart(text, at);
        int second = end + 1;
        if (end - at < ShortestPart || end == text.Length || text[end] != '.' ||
            EndOfPart(text, second) - second < ShortestPart)
        {
            _vainUntil = end;
            return at;
        }

        for (int part = 1; part < MostParts && end < text.Length && text[end] == '.'; part++)
        {
            end = EndOfPart(text, end + 1);
        }

        found.Add(at, end);
        return end;
    }

    private static int EndOfPart(ReadOnlySpan<char> text, int at)
    {
        int length = text[at..].IndexOfAnyExcept(Characters);
        return length < 0 ? text.Length : at + length;
    }
}
