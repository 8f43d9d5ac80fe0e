namespace Connbeat.Linux.Bpf;

/// <summary>
/// What can be learned of the words that libbpf prints. They are made for people; where they change, less is learned.
/// </summary>
internal static class LibBpfWords
{
    private const string ProgramMark = "prog '";

    /// <summary>The program that the last complaint is about, as in <c>libbpf: prog 'tcp_state': failed to …</c>; null for none.</summary>
    public static string? ProgramOf(string said)
    {
        int begin = said.LastIndexOf(ProgramMark, StringComparison.Ordinal);
        int end = begin < 0 ? -1 : said.IndexOf('\'', begin + ProgramMark.Length);
        return end < 0 ? null : said[(begin + ProgramMark.Length)..end];
    }

    /// <summary>
    /// The line that tells most: the last of the verifier's before its statistics; where it was not asked, the first
    /// complaint about a program; else the first line. Empty where nothing was said.
    /// </summary>
    public static string Reason(string said)
    {
        string[] lines = said.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        int end = Array.FindIndex(lines, line => line.Contains("END PROG LOAD LOG", StringComparison.Ordinal));
        string? verifier = lines[..Math.Max(end, 0)].LastOrDefault(line =>
            !line.StartsWith("processed ", StringComparison.Ordinal) && !line.Contains("PROG LOAD LOG", StringComparison.Ordinal));
        string reason = verifier
            ?? lines.FirstOrDefault(line => line.Contains(ProgramMark, StringComparison.Ordinal))
            ?? lines.FirstOrDefault() ?? "";
        return reason.Replace("libbpf: ", "", StringComparison.Ordinal);
    }
}
