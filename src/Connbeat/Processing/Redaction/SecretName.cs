namespace Connbeat.Processing.Redaction;

/// <summary>
/// Tells from the name of a flag, a variable, a header or a parameter whether its value is secret. A name is words:
/// <c>--db-password</c>, <c>DB_PASSWORD</c>, <c>dbPassword</c> and <c>db.password</c> are the same two.
/// </summary>
internal static class SecretName
{
    /// <summary>How much of a name is looked at: its end, which says most.</summary>
    public const int Longest = 64;

    /// <summary>What of its value is secret.</summary>
    public static SecretKind Judge(ReadOnlySpan<char> name)
    {
        if (name is "_auth")
        {
            return SecretKind.Always; // of npm: user and password in base64
        }

        name = name[Math.Max(name.Length - Longest, 0)..];
        SecretKind kind = SecretKind.None;
        NamePart before = NamePart.Other;
        bool isFirst = true;
        int start = 0;
        for (int at = 0; at <= name.Length; at++)
        {
            if (!IsEndOfWord(name, at))
            {
                continue;
            }

            ReadOnlySpan<char> word = name[start..at].TrimStart("-_. []").TrimEnd("-_. []0123456789");
            start = at;
            if (word.IsEmpty)
            {
                continue;
            }

            NamePart part = NameParts.Of(word);
            if (isFirst && part == NamePart.Negation)
            {
                return SecretKind.None;
            }

            kind = Join(kind, before, part);
            before = part;
            isFirst = false;
        }

        return kind;
    }

    /// <summary>True behind a separator, between <c>db</c> and <c>Password</c>, and between <c>API</c> and <c>Key</c>.</summary>
    private static bool IsEndOfWord(ReadOnlySpan<char> name, int at)
    {
        if (at == name.Length)
        {
            return true;
        }

        if (at == 0)
        {
            return false;
        }

        char before = name[at - 1];
        if (!char.IsAsciiLetterOrDigit(before))
        {
            return true;
        }

        return char.IsAsciiLetterUpper(name[at]) &&
            (!char.IsAsciiLetterUpper(before) || (at + 1 < name.Length && char.IsAsciiLetterLower(name[at + 1])));
    }

    /// <summary>What a name says that went on by one word.</summary>
    private static SecretKind Join(SecretKind kind, NamePart before, NamePart part) => part switch
    {
        NamePart.Password => before == NamePart.Negation ? SecretKind.None : SecretKind.Always,
        NamePart.Pass => before == NamePart.Passing ? SecretKind.None : SecretKind.Always,
        NamePart.Phrase when before == NamePart.Pass => SecretKind.Always,
        NamePart.Token when before == NamePart.OfText => SecretKind.None,
        NamePart.Token => Stronger(kind, SecretKind.UnlessPath),
        NamePart.Key when NameParts.MakesKeySecret(before) => Stronger(kind, SecretKind.UnlessPath),
        NamePart.Key => before == NamePart.Public ? SecretKind.None : Stronger(kind, SecretKind.IfRandom),
        NamePart.Random or NamePart.Session => Stronger(kind, SecretKind.IfRandom),
        NamePart.Query => Stronger(kind, SecretKind.IfInQueryOrRandom),
        NamePart.Cookie or NamePart.Auth when before == NamePart.OfAuth => SecretKind.Always,
        NamePart.Cookie => Stronger(kind, SecretKind.IfAssignment),
        NamePart.Auth => Stronger(kind, SecretKind.IfCredentials),
        NamePart.Digest => kind == SecretKind.Always ? kind : SecretKind.None,
        NamePart.Id => kind == SecretKind.Always ? SecretKind.IfRandom : SecretKind.None,
        NamePart.Header => before == NamePart.Auth || kind == SecretKind.UnlessPath && before == NamePart.Token
            ? SecretKind.IfCredentials
            : SecretKind.None,
        NamePart.Qualifier => SecretKind.None,
        NamePart.Encryption when before is NamePart.Password => SecretKind.None,
        _ => kind switch
        {
            SecretKind.Always when before != NamePart.Pass => kind,
            SecretKind.Always or SecretKind.UnlessPath => SecretKind.IfRandom,
            _ => SecretKind.None,
        },
    };

    private static SecretKind Stronger(SecretKind one, SecretKind other) => one > other ? one : other;
}
