namespace Connbeat.Processing.Redaction;

/// <summary>The word that stands before the credentials of an Authorization header; RFC 9110, section 11.</summary>
internal static class AuthorizationScheme
{
    /// <summary>True for one that is in use, in any case.</summary>
    public static bool Is(ReadOnlySpan<char> word)
    {
        const int Longest = 16;

        Span<char> lower = stackalloc char[Longest];
        return word.Length <= Longest && word.ToLowerInvariant(lower) is >= 5 and int length && lower[..length] is
            "basic" or "bearer" or "token" or "digest" or "negotiate" or "apikey" or "api-key" or
            "geniekey" or "hawk" or "sharedkey" or "sharedkeylite" or "splunk" or "aws4-hmac-sha256";
    }

    /// <summary>How many characters a scheme at the start of a value takes, with the spaces after it; 0 without.</summary>
    public static int LengthAt(ReadOnlySpan<char> value)
    {
        int end = value.IndexOf(' ');
        return end > 0 && Is(value[..end]) ? value.Length - value[end..].TrimStart(' ').Length : 0;
    }
}
