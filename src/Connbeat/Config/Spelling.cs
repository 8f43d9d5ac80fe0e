namespace Connbeat.Config;

/// <summary>Finds what someone probably meant to write.</summary>
internal static class Spelling
{
    /// <summary>The nearest of the known names, if one is near: two slips in a long word, one in a short; case is none.</summary>
    public static string? Nearest(string written, IEnumerable<string> known)
    {
        int most = written.Length < 6 ? 1 : 2;
        return known
            .Where(name => Math.Abs(name.Length - written.Length) <= most)
            .Select(name => (Name: name, Slips: Slips(written, name)))
            .Where(candidate => candidate.Slips <= most)
            .OrderBy(candidate => candidate.Slips)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault().Name;
    }

    /// <summary>Letters to add, drop or change, the Levenshtein distance, row by row.</summary>
    private static int Slips(string a, string b)
    {
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 0; i < a.Length; i++)
        {
            int[] row = new int[above.Length];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int change = above[j] + (char.ToLowerInvariant(a[i]) == char.ToLowerInvariant(b[j]) ? 0 : 1);
                row[j + 1] = Math.Min(change, Math.Min(above[j + 1], row[j]) + 1);
            }

            above = row;
        }

        return above[^1];
    }
}
