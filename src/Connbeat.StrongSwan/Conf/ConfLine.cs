using System.Text;

namespace Connbeat.StrongSwan.Conf;

/// <summary>
/// A line of ipsec.conf, as ipsec.conf(5) has it: a section begins in the first column, what belongs to it is indented, a
/// <c>#</c> outside of quotes begins a comment, and quotes keep blanks together.
/// </summary>
/// <param name="Kind">What it says.</param>
/// <param name="Key">The kind of section, or the name of the parameter.</param>
/// <param name="Value">The name of the section, the value, or the pattern.</param>
internal readonly record struct ConfLine(ConfLineKind Kind, string Key, string Value)
{
    /// <summary>Reads one. Any text gives a line.</summary>
    public static ConfLine Parse(string line)
    {
        bool isIndented = line.Length > 0 && line[0] is ' ' or '\t';
        List<string> words = Split(line);
        return words switch
        {
            [] => default,
            ["include", { } pattern] => new ConfLine(ConfLineKind.Include, "include", pattern),
            [{ } key, "=", .. var values] => new ConfLine(ConfLineKind.Setting, key, string.Join(' ', values.Where(value => value != "="))),
            [("conn" or "ca" or "config") and { } kind, { } name] when !isIndented => new ConfLine(ConfLineKind.Section, kind, name),
            _ => default,
        };
    }

    /// <summary>Words, and <c>=</c> as a word of its own unless it is quoted.</summary>
    private static List<string> Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        bool isQuoted = false, isWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            char next = line[i];
            if (isQuoted)
            {
                if (next == '\\' && i + 1 < line.Length)
                {
                    word.Append(line[++i]);
                }
                else if (next == '"')
                {
                    isQuoted = false;
                }
                else
                {
                    word.Append(next);
                }
            }
            else if (next == '"')
            {
                isQuoted = isWord = true;
            }
            else if (next is ' ' or '\t' or '\r' or '#' or '=' && !(next == '#' && word is { Length: 1 } && word[0] == '@'))
            {
                End();
                if (next == '#')
                {
                    return words;
                }

                if (next == '=')
                {
                    words.Add("=");
                }
            }
            else
            {
                word.Append(next);
                isWord = true;
            }
        }

        End();
        return words;

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }
}

/// <summary>What a line of ipsec.conf says.</summary>
internal enum ConfLineKind
{
    /// <summary>Nothing: it is empty, a comment, or not understood.</summary>
    Nothing,

    /// <summary>A section begins: <c>conn NAME</c>, <c>ca NAME</c>, <c>config setup</c>.</summary>
    Section,

    /// <summary>A parameter of the section: <c>key=value</c>.</summary>
    Setting,

    /// <summary>Other files are read here: <c>include PATTERN</c>.</summary>
    Include,
}
