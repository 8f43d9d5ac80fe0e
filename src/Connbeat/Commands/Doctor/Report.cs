using System.Text;

namespace Connbeat.Commands.Doctor;

/// <summary>
/// Findings as a person reads them: aligned, the worst last, where a terminal shows it, and a summary. What comes from
/// elsewhere is shown without control characters, which a terminal would obey.
/// </summary>
internal static class Report
{
    private const string Bold = "\e[1m", Dim = "\e[2m", Plain = "\e[0m";
    private const string CostsLabel = "  costs", MendLabel = "  mend";
    private const string Red = "\e[31m", Green = "\e[32m", Yellow = "\e[33m", Cyan = "\e[36m";

    /// <summary>Writes them.</summary>
    /// <param name="findings">In any order; those that stand alike stay in it.</param>
    /// <param name="to">Where it goes.</param>
    /// <param name="coloured">True for a terminal.</param>
    public static void Write(IReadOnlyList<Finding> findings, TextWriter to, bool coloured)
    {
        WriteFindings(findings, to, coloured);
        to.WriteLine();
        to.WriteLine(Summary(findings));
    }

    /// <summary>As <see cref="Write"/>, without the summary.</summary>
    public static void WriteFindings(IReadOnlyList<Finding> findings, TextWriter to, bool coloured)
    {
        int statusWidth = findings.Max(finding => NameOf(finding.Status).Length);
        int nameWidth = findings.Select(finding => finding.Name.Length).Append(CostsLabel.Length).Max();
        foreach (Finding finding in findings.OrderBy(finding => finding.Status))
        {
            WriteLine(NameOf(finding.Status), ColourOf(finding.Status), finding.Name, "", finding.Says);
            foreach (string cost in finding.Costs)
            {
                WriteLine("", "", CostsLabel, Dim, cost);
            }

            foreach (string command in finding.Mend)
            {
                WriteLine("", "", MendLabel, Bold, command);
            }
        }

        void WriteLine(string status, string statusColour, string name, string nameColour, string text)
        {
            to.Write(Coloured(status, statusColour));
            to.Write(new string(' ', statusWidth - status.Length + 2));
            to.Write(Coloured(name, nameColour));
            to.Write(new string(' ', nameWidth - name.Length + 2));
            to.WriteLine(Printable(text));
        }

        string Coloured(string text, string colour) =>
            coloured && colour.Length > 0 && text.Length > 0 ? $"{colour}{text}{Plain}" : text;
    }

    /// <summary>The name of a status, also in JSON.</summary>
    public static string NameOf(Status status) => status.ToString().ToLowerInvariant();

    private static string Summary(IReadOnlyList<Finding> findings)
    {
        StringBuilder summary = new();
        foreach (Status status in Enum.GetValues<Status>().Reverse())
        {
            int count = findings.Count(finding => finding.Status == status);
            if (count > 0)
            {
                string s = status is Status.Note && count > 1 ? "s" : "";
                summary.Append(summary.Length > 0 ? ", " : "").Append(count).Append(' ').Append(NameOf(status)).Append(s);
            }
        }

        return findings.Max(finding => finding.Status) switch
        {
            Status.Broken => $"{summary}: connbeat cannot do what its configuration asks for.",
            Status.Degraded => $"{summary}: connbeat runs, and tells less than it could.",
            _ => $"{summary}: connbeat runs as its configuration asks.",
        };
    }

    private static string ColourOf(Status status) => status switch
    {
        Status.Ok => Green,
        Status.Note => Cyan,
        Status.Degraded => Yellow,
        _ => Red,
    };

    private static string Printable(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(character => char.IsControl(character) ? '?' : character))
        : text;
}
