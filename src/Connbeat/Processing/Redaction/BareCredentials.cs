using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Finds passwords in what has the form of a URL without its scheme: <c>user:password@host:3306</c>,
/// <c>user:password@tcp(host:3306)/db</c>. Without a port or a path behind the host it may be anything.
/// </summary>
internal static class BareCredentials
{
    private const int Longest = 256; // from the user to the sign

    private static readonly SearchValues<char> Before = SearchValues.Create(" \t\r\n\0\"'`\\/()[]{}<>");
    private static readonly SearchValues<char> BeforeUser = SearchValues.Create("=,;|&");
    private static readonly SearchValues<char> OfHost =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    private static readonly SearchValues<char> OfUser =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+-$");

    /// <summary>Finds all of a text.</summary>
    public static void Find(ReadOnlySpan<char> text, SecretSpans found)
    {
        int told = -1; // behind the sign of the last that was found
        for (int at = 0; text[at..].IndexOf('@') is >= 0 and int next; at++)
        {
            at += next;
            int from = Math.Max(Math.Max(at - Longest, 0), told);
            int before = text[from..at].LastIndexOfAny(Before);
            if (before >= 0 && text[from + before] == '/')
            {
                continue; // of a path, or of a URL
            }

            int start = from + before + 1;
            start += start == told ? text[start..at].IndexOfAny(BeforeUser) + 1 : 0; // the next of a list
            int colon = text[start..at].IndexOf(':');
            if (colon > 0 && start + colon + 1 < at && IsUser(text.Slice(start, colon)) && IsHost(text[(at + 1)..]))
            {
                found.Add(start + colon + 1, at);
                told = at + 1;
            }
        }
    }

    private static bool IsUser(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> user = text[(text.LastIndexOfAny(BeforeUser) + 1)..];
        return user is [not '-', ..] && !user.ContainsAnyExcept(OfUser) &&
            user is not ("mailto" or "sip" or "sips" or "xmpp" or "acct" or "im" or "npm" or "file" or "http" or "https");
    }

    private static bool IsHost(ReadOnlySpan<char> text)
    {
        int length = text.IndexOfAnyExcept(OfHost);
        ReadOnlySpan<char> host = length < 0 ? text : text[..length];
        ReadOnlySpan<char> rest = text[host.Length..];
        return host is "localhost" ||
            (rest.StartsWith('(') && host is "tcp" or "tcp4" or "tcp6" or "unix") ||
            (rest.StartsWith('/') && host.Contains('.') && host.ContainsAnyInRange('a', 'z')) ||
            (rest.StartsWith(':') && !host.IsEmpty && IsPort(rest[1..]));
    }

    private static bool IsPort(ReadOnlySpan<char> text)
    {
        int length = text[..Math.Min(text.Length, 6)].IndexOfAnyExceptInRange('0', '9');
        length = length < 0 ? text.Length : length;
        return length is > 0 and < 6 && (length == text.Length || !char.IsAsciiLetterOrDigit(text[length]));
    }
}
