using System.Text;

namespace Connbeat.Config;

/// <summary>
/// Replaces what stands for something else: <c>${VAR}</c>, <c>${VAR:default}</c>, <c>${VAR:?what to say where it is
/// missing}</c> and <c>${file:/path}</c>. A variable that is set but empty counts as missing. A default may hold
/// placeholders; <c>$${</c> writes <c>${</c>, and <c>$}</c> in a default writes <c>}</c>.
/// </summary>
internal sealed class Placeholders(Func<string, string?> environment)
{
    private const int DeepestNesting = 8;
    private const string File = "file:";

    /// <summary>Replaces every placeholder in a value.</summary>
    /// <param name="written">The value as written.</param>
    /// <param name="problem">What could not be replaced; names variables and paths, never what they hold.</param>
    /// <returns>The value with all replaced; null where there is a problem.</returns>
    public string? Replace(string written, out string? problem)
    {
        problem = null;
        if (!written.Contains("${", StringComparison.Ordinal))
        {
            return written;
        }

        Reader reader = new(written, environment);
        string text = reader.Text(depth: 0, isWanted: true);
        problem = reader.Problem;
        return problem is null ? text : null;
    }

    /// <summary>The same text as what is read as one placeholder's text.</summary>
    public static string Escape(string text) => text.Replace("${", "$${", StringComparison.Ordinal);

    private sealed class Reader(string written, Func<string, string?> environment)
    {
        private int _at;

        /// <summary>The first thing that could not be replaced.</summary>
        public string? Problem { get; private set; }

        /// <summary>Reads to the end, or to the <c>}</c> of the placeholder that it stands in.</summary>
        /// <param name="depth">How many placeholders it stands in.</param>
        /// <param name="isWanted">False: it is passed over, and what it stands for is not looked up.</param>
        public string Text(int depth, bool isWanted)
        {
            StringBuilder text = new();
            while (_at < written.Length && Problem is null)
            {
                if (Takes("$${"))
                {
                    text.Append("${");
                }
                else if (depth > 0 && Takes("$}"))
                {
                    text.Append('}');
                }
                else if (Takes("${"))
                {
                    text.Append(Value(depth + 1, isWanted));
                }
                else if (depth > 0 && written[_at] == '}')
                {
                    break;
                }
                else
                {
                    text.Append(written[_at++]);
                }
            }

            return text.ToString();
        }

        private string? Value(int depth, bool isWanted)
        {
            if (depth > DeepestNesting)
            {
                return Fail($"placeholders stand in each other more than {DeepestNesting} deep");
            }

            return Takes(File) ? Content(depth, isWanted) : Variable(depth, isWanted);
        }

        private string? Content(int depth, bool isWanted)
        {
            int start = _at;
            string path = Text(depth, isWanted);
            string shown = written[start.._at];
            if (!Closes() || !isWanted)
            {
                return null;
            }

            SmallFile file = SmallFile.Read(path);
            return file.Text?.Trim() ?? Fail($"file {shown}: {file.Problem}");
        }

        private string? Variable(int depth, bool isWanted)
        {
            int length = written.AsSpan(_at).IndexOfAny(':', '}');
            string name = length < 0 ? written[_at..] : written.Substring(_at, length);
            _at += name.Length;
            string? value = isWanted && environment(name) is { Length: > 0 } set ? set : null;
            bool hasWords = Takes(":?");
            string? instead = hasWords || Takes(":") ? Text(depth, isWanted && value is null && !hasWords) : null;
            return !Closes() || !isWanted ? null : value ?? (hasWords ? null : instead) ?? Missing(name, instead);
        }

        private string? Missing(string variable, string? words) => Fail(
            variable.Length == 0 ? "a placeholder names nothing; expected ${NAME}, ${NAME:default} or ${file:/path}"
            : words is not null ? $"environment variable {variable} is not set: {words}"
            : variable.Contains('.', StringComparison.Ordinal)
                ? $"environment variable {variable} is not set; a placeholder can't stand for another setting"
            : $"environment variable {variable} is not set and there is no default");

        private bool Closes()
        {
            bool isClosed = Problem is null && Takes("}");
            Problem ??= isClosed ? null : "the closing } of a placeholder is missing";
            return isClosed;
        }

        private string? Fail(string problem)
        {
            Problem ??= problem;
            return null;
        }

        private bool Takes(string expected)
        {
            bool isThere = string.CompareOrdinal(written, _at, expected, 0, expected.Length) == 0;
            _at += isThere ? expected.Length : 0;
            return isThere;
        }
    }
}
