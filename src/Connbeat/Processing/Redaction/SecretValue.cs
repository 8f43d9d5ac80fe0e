using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>Finds the secret in a value of which the name or the flag is known.</summary>
internal static class SecretValue
{
    private const int MostRead = 256; // a text full of names must not be read again for each of them
    private const string OpenSslPassword = "pass:"; // openssl-passphrase-options(1)

    private static readonly SearchValues<char> NotOfUser = SearchValues.Create("{[\"' \t\r\n");

    /// <summary>True where there is a secret.</summary>
    /// <param name="kind">What the name says.</param>
    /// <param name="value">The whole value, without quotes.</param>
    /// <param name="start">Where the secret begins; it goes on to the end of the value.</param>
    public static bool TryFind(SecretKind kind, ReadOnlySpan<char> value, out int start)
    {
        value = value[..Math.Min(value.Length, MostRead)];
        start = kind switch
        {
            SecretKind.IfCredentials when AuthorizationScheme.LengthAt(value) is > 0 and int scheme => scheme,
            SecretKind.IfCredentials or SecretKind.AfterColon => value.IndexOf(':') + 1,
            SecretKind.AfterPercent => value.IndexOf('%') + 1,
            SecretKind.AfterSlash => value.IndexOf('/') + 1,
            SecretKind.AfterComma => value.IndexOf(',') + 1,
            SecretKind.UnlessPath => AuthorizationScheme.LengthAt(value),
            SecretKind.Always when value.StartsWith(OpenSslPassword) => OpenSslPassword.Length,
            _ => 0,
        };
        ReadOnlySpan<char> secret = value[start..];
        return !IsNoSecret(secret) && kind switch
        {
            SecretKind.None => false,
            SecretKind.IfRandom or SecretKind.IfInQueryOrRandom => Randomness.IsIn(secret),
            SecretKind.IfAssignment => secret.Contains('=') || Randomness.IsIn(secret),
            SecretKind.IfCredentials when start > 1 && value[start - 1] == ' ' => true,
            SecretKind.IfCredentials => start > 1 ? IsUser(value[..(start - 1)]) && !IsPath(value) && !IsReference(value)
                : Randomness.IsIn(secret),
            SecretKind.UnlessPath => !IsPath(secret) && !IsReference(secret),
            SecretKind.Always => !IsReference(secret) && !IsUnderKnownFolder(secret),
            _ => start > 1,
        };
    }

    /// <summary>Settings that are named like secrets may be on or off, or a small number.</summary>
    private static bool IsNoSecret(ReadOnlySpan<char> value) => value.Length switch
    {
        0 => true,
        1 => value[0] == '-' || char.IsAsciiDigit(value[0]),
        > 5 => false,
        _ => Is(value, "true") || Is(value, "false") || Is(value, "yes") || Is(value, "no") || Is(value, "on") ||
            Is(value, "off") || Is(value, "none") || Is(value, "null"),
    };

    /// <summary>
    /// Says where the secret is: <c>file:/a</c>, <c>env:NAME</c>, <c>fd:3</c> (openssl-passphrase-options(1)), an Amazon
    /// resource name, the <c>id=</c>, <c>source=</c> and so on of <c>docker --secret</c>.
    /// </summary>
    private static bool IsReference(ReadOnlySpan<char> value) =>
        value is "env" or "file" || value.StartsWith("file:/") || value.StartsWith("file:.") || value.StartsWith("arn:aws") ||
        (value.StartsWith("env:") && !value[4..].ContainsAnyExceptInRange('A', '_')) ||
        (value.StartsWith("fd:") && !value[3..].ContainsAnyExceptInRange('0', '9')) ||
        value.StartsWith("id=") || value.StartsWith("source=") || value.StartsWith("src=") ||
        value.StartsWith("type=") || value.StartsWith("target=");

    /// <summary>A password may begin with a slash, but hardly with the name of a folder that every host has.</summary>
    private static bool IsUnderKnownFolder(ReadOnlySpan<char> value)
    {
        if (!value.StartsWith('/') || !Randomness.IsPath(value))
        {
            return false;
        }

        int end = value[1..].IndexOf('/');
        return end > 0 && value.Slice(1, end) is
            "etc" or "run" or "var" or "root" or "home" or "usr" or "opt" or "srv" or "tmp" or "dev" or "proc" or "mnt" or "data";
    }

    private static bool IsUser(ReadOnlySpan<char> value) => !value.ContainsAny(NotOfUser);

    /// <summary>Also a URL: the secret that it may hold is found by itself.</summary>
    private static bool IsPath(ReadOnlySpan<char> value) =>
        Randomness.IsPath(value) || value.IndexOf("://") is > 0 and < 16;

    private static bool Is(ReadOnlySpan<char> value, string word) =>
        value.Equals(word, StringComparison.OrdinalIgnoreCase);
}
