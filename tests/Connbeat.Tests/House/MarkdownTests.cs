using System.Text.RegularExpressions;

namespace Connbeat.Tests.House;

/// <summary>What is written for people leads somewhere: links between pages, and to files and headings.</summary>
public sealed partial class MarkdownTests
{
    public static TheoryData<string> Pages { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Split('/').Any(folder => folder is ".git" or "bin" or "obj" or "artifacts" or "BenchmarkDotNet.Artifacts"))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist(string page) =>
        Assert.DoesNotContain(Links(page), link => !Exists(page, link));

    [Fact]
    public void Every_page_of_docs_is_found_from_README()
    {
        HashSet<string> linked = [.. Links("README.md").Select(link => link.Split('#')[0])];

        Assert.All(Pages.Select(page => page.Data).Where(page => page.StartsWith("docs/", StringComparison.Ordinal)), page => Assert.Contains(page, linked));
    }

    [Theory]
    [InlineData("Coming from …", "coming-from-")]
    [InlineData("Replace ipsec_exporter (VICI)", "replace-ipsec_exporter-vici")]
    [InlineData("What `connbeat doctor` says", "what-connbeat-doctor-says")]
    public void A_heading_is_linked_to_as_GitHub_has_it(string heading, string anchor) => Assert.Equal(anchor, Anchor(heading));

    private static bool Exists(string page, string link)
    {
        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0
            ? page
            : Path.GetRelativePath(Repository.Root, Path.GetFullPath(parts[0], Repository.At(Path.GetDirectoryName(page)!)));
        return !target.StartsWith("..", StringComparison.Ordinal) && Path.Exists(Repository.At(target)) &&
            (parts.Length == 1 || Headings(target).Contains(parts[1]));
    }

    private static IEnumerable<string> Links(string page) =>
        Prose(page).SelectMany(line => Link().Matches(InlineCode().Replace(line, ""))).Select(link => link.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static IEnumerable<string> Headings(string page) =>
        Prose(page).Where(line => line.StartsWith('#')).Select(line => Anchor(line.TrimStart('#').Trim()));

    /// <summary>Lower case, without punctuation, with hyphens for spaces.</summary>
    private static string Anchor(string heading) => Punctuation().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>The lines that are not code.</summary>
    private static IEnumerable<string> Prose(string page)
    {
        bool isCode = false;
        foreach (string line in File.ReadLines(Repository.At(page)))
        {
            bool isFence = line.StartsWith("```", StringComparison.Ordinal);
            isCode ^= isFence;
            if (!isCode && !isFence)
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"[^\p{L}\p{N}_\- ]")]
    private static partial Regex Punctuation();
}
