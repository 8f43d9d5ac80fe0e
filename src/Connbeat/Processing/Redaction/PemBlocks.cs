namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds what stands between <c>-----BEGIN X-----</c> and <c>-----END X-----</c>, RFC 7468; the two lines stay. A block
/// without its end goes on to the end of the argument.
/// </summary>
internal static class PemBlocks
{
    /// <summary>How a block begins.</summary>
    public const string Begin = "-----BEGIN ";

    private const string Dashes = "-----";
    private const string End = "-----END ";

    /// <summary>Finds all of a text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans found)
    {
        int at = 0;
        while (text[at..].IndexOf(Begin) is >= 0 and int begin)
        {
            at += begin + Begin.Length;
            int argument = text[at..].IndexOf('\0');
            ReadOnlySpan<char> rest = argument < 0 ? text[at..] : text.Slice(at, argument);
            int label = rest.IndexOf(Dashes);
            int body = label < 0 ? 0 : label + Dashes.Length;
            int end = rest.IndexOf(End);
            int length = end < body ? rest.Length : end;
            found.Add(at + body, at + length);
            at += length;
        }
    }
}
