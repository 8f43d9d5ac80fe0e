using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds the passwords in URLs of any scheme, <c>scheme://user:password@host</c> (RFC 3986, section 3.2.1), and tokens in
/// place of the user. A password in which a slash was left unescaped is found too.
/// </summary>
internal static class UrlCredentials
{
    /// <summary>What stands before the user.</summary>
    public const string Separator = "://";

    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/?#\\ \t\r\n\0\"'`<>");
    private static readonly SearchValues<char> EndOfUrl = SearchValues.Create(" \t\r\n\0\"'`<>");

    /// <summary>Finds all of a text, and reads no character again and again, whatever the text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans found)
    {
        int at = 0;
        int endOfUrl = 0;
        int sign = -1; // the first @ of the URL from here on
        while (text[at..].IndexOf(Separator) is >= 0 and int next)
        {
            at += next + Separator.Length;
            endOfUrl = at > endOfUrl ? at + UpTo(EndOfUrl, text[at..]).Length : endOfUrl;
            if (sign < at)
            {
                int ahead = text[at..endOfUrl].IndexOf('@');
                if (ahead < 0)
                {
                    at = endOfUrl;
                    continue;
                }

                sign = at + ahead;
            }

            if (TryEndOfUser(text[..endOfUrl], at, sign, out int end))
            {
                AddSecret(text[at..end], at, found);
                at = end;
            }
        }
    }

    private static bool TryEndOfUser(ReadOnlySpan<char> text, int at, int sign, out int end)
    {
        ReadOnlySpan<char> authority = UpTo(EndOfAuthority, text[at..]);
        end = at + authority.LastIndexOf('@');
        if (end >= at)
        {
            return true;
        }

        int colon = authority.IndexOf(':');
        if (colon < 0 || authority.StartsWith('[') || !authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            return false; // a host, and perhaps its port
        }

        end = sign + UpTo(EndOfAuthority, text[sign..]).LastIndexOf('@');
        return true;
    }

    private static void AddSecret(ReadOnlySpan<char> user, int at, SecretSpans found)
    {
        int colon = user.IndexOf(':');
        ReadOnlySpan<char> name = colon < 0 ? user : user[..colon];
        found.Add(at + name.Length + 1, at + user.Length);
        if (Randomness.IsIn(name))
        {
            found.Add(at, at + name.Length);
        }
    }

    private static ReadOnlySpan<char> UpTo(SearchValues<char> ends, ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny(ends);
        return end < 0 ? text : text[..end];
    }
}
