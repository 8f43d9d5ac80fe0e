using System.Text.RegularExpressions;

namespace Connbeat.Tests.House;

/// <summary>One namespace of ours named by another, and where.</summary>
internal readonly record struct Use(string Path, int Line, string From, string To)
{
    public override string ToString() => $"{Path}:{Line}";
}

/// <summary>All source files together: finds who uses whom, by <c>using</c> lines and by qualified names.</summary>
internal sealed partial class Codebase(IReadOnlyList<SourceFile> files)
{
    private readonly HashSet<string> _types =
        [.. files.SelectMany(file => file.Types.Select(type => $"{file.Namespace}.{type}"))];

    private readonly HashSet<string> _namespaces = [.. files.Select(file => file.Namespace)];

    /// <summary>Every use of another namespace of ours, in the order of files and lines.</summary>
    public IEnumerable<Use> Uses()
    {
        foreach (SourceFile file in files)
        {
            for (int line = 0; line < file.Lines.Count; line++)
            {
                foreach (string to in NamespacesIn(file.Lines[line], file.Namespace).Distinct())
                {
                    if (to != file.Namespace)
                    {
                        yield return new Use(file.Path, line + 1, file.Namespace, to);
                    }
                }
            }
        }
    }

    private IEnumerable<string> NamespacesIn(string line, string from)
    {
        if (UsingLine().Match(line) is { Success: true } directive)
        {
            string name = directive.Groups[1].Value;
            return [Prefixes(name).FirstOrDefault(_namespaces.Contains) ?? name];
        }

        if (line.StartsWith("namespace ", StringComparison.Ordinal))
        {
            return [];
        }

        string withoutMembers = MemberName().Replace(line, "");
        return TypeName().Matches(withoutMembers).Select(name => Resolve(name.Value, from)).OfType<string>();
    }

    /// <summary>As the compiler does: a name is looked for in its own namespace, then in each around it.</summary>
    private string? Resolve(string name, string from)
    {
        foreach (string scope in (string[])[.. Prefixes(from), ""])
        {
            string candidate = scope.Length == 0 ? name : $"{scope}.{name}";
            if (Prefixes(candidate).FirstOrDefault(_types.Contains) is { } type)
            {
                return type[..type.LastIndexOf('.')];
            }
        }

        return null;
    }

    /// <summary><c>a.b.c</c>, <c>a.b</c>, <c>a</c>.</summary>
    private static IEnumerable<string> Prefixes(string name)
    {
        for (int length = name.Length; length > 0; length = name.LastIndexOf('.', length - 1))
        {
            yield return name[..length];
        }
    }

    [GeneratedRegex(@"^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?(?:global::)?(Connbeat(?:\.\w+)*)")]
    private static partial Regex UsingLine();

    /// <summary>Possibly of a type, possibly qualified: the first name, and those behind its dots.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*")]
    private static partial Regex TypeName();

    /// <summary>A member, which may bear a type's name, where it is declared (<c>string Agent;</c>) or set.</summary>
    [GeneratedRegex("""
        (?<=[\w>\]?]\s+) (?<!\b(?:new|return|is|as|in|case|not|or|and|throw)\s+)
            [A-Z]\w* (?=\s*(?:[=;{,)(]|$))
        | (?<=^\s+) [A-Z]\w* (?=\s*(?:[=,]|$))
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex MemberName();
}
