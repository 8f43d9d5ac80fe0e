namespace Connbeat.Linux.Bpf;

/// <summary>
/// What can be learned of the words that libbpf prints. They are made for people; where they change, less is learned.
/// </summary>
internal static class LibBpfWords
{
    /// <summary>The program that the last complaint is about, as in <c>libbpf: prog 'tcp_state': failed to …</c>; null for none.</summary>
    public static string? ProgramOf(string said)
    {
        const string Before = "prog '";

        int begin = said.LastIndexOf(Before, StringComparison.Ordinal);
        int end = begin < 0 ? -1 : said.IndexOf('\'', begin + Before.Length);
        return end < 0 ? null : said[(begin + Before.Length)..end];
    }

    /// <summary>
    /// The sentence that tells most: the verifier's last before its statistics, or else the last of libbpf's that is not
    /// about the object as a whole; empty where nothing was said.
    /// </summary>
    public static string Reason(string said)
    {
        string[] lines = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int end = Array.FindIndex(lines, line => line.Contains("END PROG LOAD LOG", StringComparison.Ordinal));
        string? verifier = end > 0
            ? lines[..end].LastOrDefault(line => !line.StartsWith("processed ", StringComparison.Ordinal) && !line.StartsWith("--", StringComparison.Ordinal))
            : null;
        string? library = lines.LastOrDefault(line => !line.Contains("failed to load object", StringComparison.Ordinal));
        return verifier ?? library?.Replace("libbpf: ", "", StringComparison.Ordinal) ?? "";
    }
}
