namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds what stands between <c>-----BEGIN X-----</c> and <c>-----END X-----</c>, RFC 7468; the two lines stay. A block
/// without its end goes on to the end of the argument, or of all arguments where a shell made several of one block.
/// </summary>
internal static class PemBlocks
{
    /// <summary>How a block begins.</summary>
    public const string Begin = "-----BEGIN";

    private const string Dashes = "-----";
    private const string End = "-----END";

    /// <summary>Finds all of a text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans found)
    {
        int at = 0;
        while (text[at..].IndexOf(Begin) is >= 0 and int begin)
        {
            at += begin + Begin.Length;
            if (at == text.Length || text[at] is not (' ' or '\0'))
            {
                continue;
            }

            bool isSplit = text[at] == '\0';
            ReadOnlySpan<char> rest = text[at..].TrimEnd('\0');
            int argument = isSplit ? -1 : rest.IndexOf('\0');
            rest = argument < 0 ? rest : rest[..argument];
            int label = rest.IndexOf(Dashes);
            if (isSplit && label < 0)
            {
                return;
            }

            int body = label < 0 ? 0 : label + Dashes.Length;
            int end = rest.IndexOf(End);
            int length = end < body ? rest.Length : end;
            found.Add(at + body, at + length);
            at += length;
        }
    }
}
