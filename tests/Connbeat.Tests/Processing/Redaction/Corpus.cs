using Connbeat.Processing.Redaction;
using Connbeat.Tests.Support;

namespace Connbeat.Tests.Processing.Redaction;

/// <summary>The texts of Fixtures/redaction; its README says how they are written.</summary>
internal static class Corpus
{
    public static IReadOnlyList<CorpusText> Secrets { get; } = Read("secrets.txt");

    public static IReadOnlyList<CorpusText> Innocent { get; } = Read("innocent.txt");

    public static IReadOnlyList<CorpusText> Variables { get; } = Read("variables.txt");

    public static IReadOnlyList<CorpusText> CommandLines { get; } = [.. Secrets, .. Innocent];

    public static IReadOnlyList<CorpusText> All { get; } = [.. CommandLines, .. Variables];

    private static CorpusText[] Read(string file) =>
    [
        .. Fixture.Lines($"redaction/{file}")
            .Where(line => !line.StartsWith('#'))
            .Select(line => new CorpusText(line.Replace("¦", "", StringComparison.Ordinal))),
    ];
}

/// <summary>A text of the corpus.</summary>
internal sealed class CorpusText
{
    public CorpusText(string written)
    {
        Written = written;
        string text = written.Replace('␀', '\0');
        string[] parts = text.Split('⟦', '⟧');
        Text = string.Concat(parts);
        Redacted = string.Concat(parts.Select((part, number) => number % 2 == 0 ? part : Redactor.Mark));
        Secrets = [.. parts.Where((_, number) => number % 2 == 1)];
    }

    /// <summary>As it stands in the file.</summary>
    public string Written { get; }

    /// <summary>With its secrets; arguments have NUL characters between them.</summary>
    public string Text { get; }

    /// <summary>As it must become.</summary>
    public string Redacted { get; }

    /// <summary>What must not be left.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>One argument each.</summary>
    public string[] Arguments => Text.Split('\0');

    public override string ToString() => Written;
}
