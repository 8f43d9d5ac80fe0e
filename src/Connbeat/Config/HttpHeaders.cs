namespace Connbeat.Config;

/// <summary>What may stand in the head of a request; RFC 9110, section 5.</summary>
internal static class HttpHeaders
{
    /// <summary>Those that follow from the body and the connection.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Encoding", "Content-Length", "Expect", "Idempotency-Key", "Proxy-Authorization",
        "Transfer-Encoding", "Upgrade",
    };

    /// <summary>What is wrong with a header; null where nothing is. Never says its value.</summary>
    public static string? ProblemOf(string name, string value)
    {
        if (!name.All(IsTokenCharacter))
        {
            return "is no name of a header";
        }

        if (Own.Contains(name))
        {
            return "is a header that connbeat sets itself";
        }

        return value.All(IsValueCharacter) ? null : "holds a character that can't stand in a header; expected printable ASCII";
    }

    /// <summary>What is wrong with a bearer token; null where nothing is. Never says the token.</summary>
    public static string? ProblemOfToken(string token) =>
        token.Length > 0 && token.All(c => IsValueCharacter(c) && c is not ' ')
            ? null
            : "holds a character that can't stand in a header; expected printable ASCII without spaces";

    /// <summary>True for the header that says who asks.</summary>
    public static bool IsAuthorization(string name) => name.Equals("Authorization", StringComparison.OrdinalIgnoreCase);

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c);

    private static bool IsValueCharacter(char c) => c is >= ' ' and <= '~';
}
