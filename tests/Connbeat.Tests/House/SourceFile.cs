using System.Text.RegularExpressions;

namespace Connbeat.Tests.House;

/// <summary>A C# file as the house rules see it: its code, line by line, without comments and literals.</summary>
internal sealed partial class SourceFile
{
    public SourceFile(string path, string text)
    {
        Path = path;
        LineCount = text.AsSpan().Count('\n');
        Lines = CommentOrLiteral().Replace(text, Blank).Split('\n');
        Namespace = NamesIn(NamespaceLine()).FirstOrDefault("");
        Types = [.. NamesIn(TypeLine())];
    }

    /// <summary>From the repository's root, with slashes.</summary>
    public string Path { get; }

    /// <summary>How long the file is as it was written.</summary>
    public int LineCount { get; }

    /// <summary>The code; line n of the file is element n - 1.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The file-scoped namespace; empty where there is none.</summary>
    public string Namespace { get; }

    /// <summary>Types declared outside of others, in their order.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>The name up to the first dot: <c>Reader</c> for Reader.cs and for Reader.Basic.cs.</summary>
    public string Name => System.IO.Path.GetFileName(Path).Split('.')[0];

    /// <summary>What its folder calls it: <c>Connbeat.Linux.ProcFs</c> for src/Connbeat.Linux/ProcFs/Stat.cs.</summary>
    public string FolderNamespace => string.Join('.', Path.Split('/')[1..^1]);

    /// <summary>Nothing but its line ends, so that what follows keeps its line number.</summary>
    private static string Blank(Match found) => " " + new string('\n', found.ValueSpan.Count('\n'));

    private IEnumerable<string> NamesIn(Regex declaration) =>
        from line in Lines
        let found = declaration.Match(line)
        where found.Success
        select found.Groups[1].Value;

    [GeneratedRegex("""
        //[^\n]* | /\*.*?\*/
        | [$@]*(?<quotes>"{3,}).*?\k<quotes>(?!")
        | (?:\$@|@\$|@)"(?:[^"]|"")*"
        | \$?"(?:\\.|[^"\\\n])*"
        | '(?:\\[^\n]?[^'\n]*|[^'\\\n])'
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex CommentOrLiteral();

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*[;{]?")]
    private static partial Regex NamespaceLine();

    // A type that stands outside of others begins its line: namespaces are file-scoped.
    [GeneratedRegex("""
        ^(?:(?:public|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*
        (?:(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+|delegate\s+[^(]*?\s)
        (\w+)(?:\s*[<({:;]|\s*$|\s+where\b)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex TypeLine();
}
