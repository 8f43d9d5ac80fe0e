using System.Text.RegularExpressions;
using Connbeat.Config;

namespace Connbeat.Processing.Redaction;

/// <summary>
/// Takes secrets out of what processes and containers tell of themselves. A secret is known by its name (of a flag, a
/// variable, a header, a parameter), by its place in a URL, or by its own shape. Whatever the text, the time is in
/// proportion to its length. Never changes: any number of threads may use one.
/// </summary>
internal sealed class Redactor(IReadOnlyList<Regex> extra)
{
    /// <summary>What stands in the place of a secret.</summary>
    public const string Mark = "[redacted]";

    private const int MostPasses = 8;

    private readonly ExtraPatterns? _extra = extra.Count > 0 ? new ExtraPatterns(extra) : null;

    /// <summary>A redactor as it is configured; null where nothing is to be taken out.</summary>
    public static Redactor? Of(RedactOptions options) =>
        options.IsOn ? new Redactor([.. options.Patterns.Select(RedactOptions.Compile)]) : null;

    /// <summary>Without the secrets of a command line.</summary>
    /// <param name="arguments">
    /// The arguments, each ended by a NUL character; or a single text, as programs put in their place.
    /// </param>
    public string Arguments(string arguments) => Text(arguments);

    /// <summary>Without the secrets of a command line that was joined by spaces, and what stands behind the first.</summary>
    /// <remarks>It does not show any more where a secret of several words ends.</remarks>
    public string Line(string line)
    {
        string left = Text(line);
        if (left == line)
        {
            return line;
        }

        int same = left.AsSpan().CommonPrefixLength(line);
        int mark = left.IndexOf(Mark, Math.Max(same - Mark.Length, 0), StringComparison.Ordinal);
        return $"{left.AsSpan(0, mark < 0 ? same : mark)}{Mark}";
    }

    /// <summary>Without the secret of a variable.</summary>
    /// <param name="variable"><c>NAME=value</c></param>
    public string Variable(string variable)
    {
        int end = variable.IndexOf('=');
        return end < 0
            ? Text(variable)
            : $"{variable.AsSpan(0, end)}={Named(variable.AsSpan(0, end), variable[(end + 1)..])}";
    }

    /// <summary>The value of a label without its secret.</summary>
    public string Label(string name, string value) => Named(name, value);

    private string Named(ReadOnlySpan<char> name, string value) =>
        SecretValue.TryFind(SecretName.Judge(name), value, out int start)
            ? string.Concat(value.AsSpan(0, start), Mark)
            : Text(value);

    /// <summary>What is left may show a secret that the first one hid, until nothing is found any more.</summary>
    private string Text(string text)
    {
        for (int pass = 0; pass < MostPasses; pass++)
        {
            string left = Once(text);
            if (left == text)
            {
                break;
            }

            text = left;
        }

        return text;
    }

    private string Once(string text)
    {
        Clues clues = ClueSearch.In(text);
        if (clues == Clues.None && _extra is null)
        {
            return text;
        }

        SecretSpans found = new();
        if (clues.HasFlag(Clues.Tokens))
        {
            KnownTokens.Find(text, found);
        }

        if (clues.HasFlag(Clues.Pem))
        {
            PemBlocks.Find(text, found);
        }

        if (clues.HasFlag(Clues.Urls))
        {
            UrlCredentials.Find(text, found);
            BareCredentials.Find(text, found);
        }

        if (clues.HasFlag(Clues.Names))
        {
            ArgumentReader.Find(text, found);
        }

        _extra?.Find(text.Replace('\0', ' '), found);
        return found.IsEmpty ? text : found.Replace(text);
    }
}
