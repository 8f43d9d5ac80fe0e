using System.Buffers;

namespace Connbeat.Processing.Redaction;

/// <summary>Tells by its characters alone what an argument is.</summary>
internal static class ArgumentShape
{
    private const string NameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";

    /// <summary>What names are made of.</summary>
    public static readonly SearchValues<char> OfName = SearchValues.Create(NameCharacters);

    private static readonly SearchValues<char> OfFlag = SearchValues.Create(NameCharacters + "=");

    /// <summary>
    /// <c>--host</c> after <c>--password</c> shows that no password was given. One that was drawn has more than letters.
    /// </summary>
    public static bool IsFlag(ReadOnlySpan<char> it) =>
        IsNamedFlag(it) || (it is ['-', _, ..] && !it.ContainsAnyExcept(OfFlag) &&
            !(it.ContainsAnyInRange('0', '9') && it.ContainsAnyInRange('a', 'z') && it.ContainsAnyInRange('A', 'Z')));

    /// <summary>What stands behind the name of an image.</summary>
    public static bool IsTag(ReadOnlySpan<char> it) =>
        it is "latest" or "stable" || (it.TrimStart('v') is [>= '0' and <= '9', ..] && it.Contains('.'));

    /// <summary><c>-c</c> of a shell, alone or at the end of other letters.</summary>
    public static bool IsFlagOfScript(ReadOnlySpan<char> it) =>
        it is "--command" || (it is ['-', .., 'c'] && it.Length <= 5 && !it[1..].Contains('-'));

    /// <summary><c>--config=/etc/app.conf</c></summary>
    private static bool IsNamedFlag(ReadOnlySpan<char> it) =>
        it is ['-', '-', >= 'a' and <= 'z', ..] && it.IndexOf('=') is > 2 and int sign &&
        !it[2..sign].ContainsAnyExcept(OfName);
}
