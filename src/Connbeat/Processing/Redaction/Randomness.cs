using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>Tells what a machine has drawn, such as a key, from what a person wrote, such as a path.</summary>
internal static class Randomness
{
    private const int Shortest = 16;
    private const double LeastBits = 3; // of a character: 16 different hexadecimal digits alike often have 4

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.~%:");

    /// <summary>True for a text that is long, mixed, and made of no words.</summary>
    public static bool IsIn(ReadOnlySpan<char> text) =>
        text.Length >= Shortest && !text.ContainsAnyExcept(TokenCharacters) && !IsPath(text) &&
        !IsOfWords(text) && BitsPerCharacter(text) >= LeastBits;

    /// <summary>
    /// True for <c>/a/b</c>, <c>./a</c>, <c>../a</c>, <c>~/a</c> and for a file name that ends as those of keys do. Base64
    /// has slashes too: a long part that mixes cases and digits is not of a path.
    /// </summary>
    public static bool IsPath(ReadOnlySpan<char> text)
    {
        bool isRooted = text.StartsWith('/') || text.StartsWith("./") || text.StartsWith("../") || text.StartsWith("~/");
        if (!isRooted && !IsFileOfKeys(text))
        {
            return false;
        }

        foreach (Range range in text.Split('/'))
        {
            ReadOnlySpan<char> part = text[range];
            if (part.Length >= Shortest && part.ContainsAnyInRange('a', 'z') && part.ContainsAnyInRange('A', 'Z') &&
                part.ContainsAnyInRange('0', '9'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsFileOfKeys(ReadOnlySpan<char> text) =>
        text.LastIndexOf('.') is > 0 and int dot && text[(dot + 1)..] is
            "pem" or "key" or "crt" or "cer" or "pub" or "p12" or "pfx" or "jks" or "gpg" or "asc" or "json" or "txt" or
            "yml" or "yaml" or "conf" or "env" or "sig";

    /// <summary>Words, numbers, and words with a number at their end: <c>signing-key-2</c>, <c>MyClass</c>, <c>v1.2</c>.</summary>
    private static bool IsOfWords(ReadOnlySpan<char> text)
    {
        int start = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || !char.IsAsciiLetterOrDigit(text[at]))
            {
                if (!IsWord(text[start..at]))
                {
                    return false;
                }

                start = at + 1;
            }
        }

        return true;
    }

    private static bool IsWord(ReadOnlySpan<char> part)
    {
        const int MostDigits = 4;
        const int LongestNumber = 12;

        ReadOnlySpan<char> letters = part.TrimEnd("0123456789");
        int digits = part.Length - letters.Length;
        if (letters.IsEmpty)
        {
            return digits <= LongestNumber;
        }

        int humps = 0;
        for (int at = 0; at < letters.Length; at++)
        {
            if (char.IsAsciiDigit(letters[at]))
            {
                return false;
            }

            humps += at > 0 && char.IsAsciiLetterUpper(letters[at]) && char.IsAsciiLetterLower(letters[at - 1]) ? 1 : 0;
        }

        return digits <= MostDigits && humps * 5 <= letters.Length;
    }

    /// <summary>Shannon's entropy of the characters, all of them ASCII, by how often each occurs.</summary>
    private static double BitsPerCharacter(ReadOnlySpan<char> text)
    {
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (char character in text)
        {
            counts[character]++;
        }

        double bits = 0;
        foreach (int count in counts)
        {
            bits -= count > 0 ? count * Math.Log2((double)count / text.Length) : 0;
        }

        return bits / text.Length;
    }
}
