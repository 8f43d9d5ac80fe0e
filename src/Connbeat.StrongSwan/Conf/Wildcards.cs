namespace Connbeat.StrongSwan.Conf;

/// <summary>The files that a pattern stands for, as glob(7) has it: <c>*</c>, <c>?</c>, <c>[a-z]</c> in any part of a path.</summary>
internal static class Wildcards
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create("*?[");

    /// <summary>True where a pattern is more than a path.</summary>
    public static bool AreIn(string pattern) => pattern.AsSpan().ContainsAny(Special);

    /// <summary>The files and folders, in the order of their names; none where none fits or a folder cannot be read.</summary>
    /// <param name="pattern">Begins with a slash.</param>
    public static IReadOnlyList<string> Expand(string pattern)
    {
        List<string> found = ["/"];
        foreach (string part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            found = AreIn(part)
                ? [.. found.SelectMany(folder => Entries(folder, part))]
                : [.. found.Select(folder => Path.Combine(folder, part))];
        }

        return [.. found.Where(Path.Exists)];
    }

    /// <summary>True where a name fits a pattern. A name that begins with a dot wants one in the pattern too.</summary>
    public static bool Match(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        (name is not ['.', ..] || pattern is ['.', ..]) && MatchRest(pattern, name);

    private static bool MatchRest(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Where a later part does not fit, the last * takes one character more; what stood before it stays.
        ReadOnlySpan<char> afterStar = default, retry = default;
        bool hasStar = false;
        while (true)
        {
            if (pattern is ['*', ..])
            {
                hasStar = true;
                pattern = pattern[1..];
                afterStar = pattern;
                retry = name;
            }
            else if (!name.IsEmpty && !pattern.IsEmpty && MatchOne(pattern, name[0], out int used))
            {
                pattern = pattern[used..];
                name = name[1..];
            }
            else if (name.IsEmpty && pattern.IsEmpty)
            {
                return true;
            }
            else if (hasStar && !retry.IsEmpty)
            {
                retry = retry[1..];
                name = retry;
                pattern = afterStar;
            }
            else
            {
                return false;
            }
        }
    }

    private static bool MatchOne(ReadOnlySpan<char> pattern, char one, out int used)
    {
        used = 1;
        if (pattern[0] == '?')
        {
            return true;
        }

        int end = pattern[0] == '[' && pattern.Length > 2 ? pattern[2..].IndexOf(']') + 2 : 1;
        if (pattern[0] != '[' || end < 2)
        {
            return pattern[0] == one;
        }

        used = end + 1;
        ReadOnlySpan<char> set = pattern[1..end];
        bool isNegated = set is ['!' or '^', _, ..];
        set = isNegated ? set[1..] : set;
        bool isIn = false;
        for (int i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                isIn |= one >= set[i] && one <= set[i + 2];
                i += 2;
            }
            else
            {
                isIn |= one == set[i];
            }
        }

        return isIn != isNegated;
    }

    private static IEnumerable<string> Entries(string folder, string pattern)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFileSystemEntries(folder)
                    .Where(entry => Match(pattern, Path.GetFileName(entry))).Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
